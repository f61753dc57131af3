"""Who reads which file, by lot: balanced, within limits, never across a conflict. Pure, no ORM.

The same seed and the same lists give the same result, on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

Pair = tuple[int, int]  # (juror, file)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A juror. `themes` empty: every theme; `limit` None: as many files as it takes."""

    key: int
    themes: frozenset[str] = frozenset()
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A file to read; `theme` empty: any juror reads it."""

    key: int
    theme: str = ""


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """The readings to add, sorted, and how many are still missing by file."""

    pairs: tuple[Pair, ...]
    missing: Mapping[int, int]


def allocate(
    topics: Sequence[Topic],
    readers: Sequence[Reader],
    *,
    readings: int,
    seed: int,
    kept: Collection[Pair] = (),
    forbidden: Collection[Pair] = (),
) -> Allocation:
    """`readings` different jurors for each file, those of `kept` included; kept ones never move.

    As many readings as the limits, the themes and the conflicts allow; among those, the loads
    are as even as they can be: no reading could go from one juror to another, even through
    others, and make them more even.
    """
    board = _Board(topics, readers, kept=kept, forbidden=forbidden, seed=seed)
    for topic in board.shuffled_topics:
        wanted = readings - len(board.readers_of[topic])
        for _ in range(wanted):
            if not board.give(topic):
                break
    board.even_out()
    missing = {
        topic.key: readings - len(board.readers_of[topic.key])
        for topic in topics
        if len(board.readers_of[topic.key]) < readings
    }
    return Allocation(pairs=tuple(sorted(board.added)), missing=missing)


class _Board:
    """Readings as they are being given out."""

    def __init__(
        self,
        topics: Sequence[Topic],
        readers: Sequence[Reader],
        *,
        kept: Collection[Pair],
        forbidden: Collection[Pair],
        seed: int,
    ) -> None:
        lots = Random(seed)  # noqa: S311 - a draw that anybody can do again, not a secret
        self.shuffled_topics = sorted(topic.key for topic in topics)
        lots.shuffle(self.shuffled_topics)
        order = sorted(reader.key for reader in readers)
        lots.shuffle(order)
        self.order = {key: place for place, key in enumerate(order)}
        self.limit = {reader.key: reader.limit for reader in readers}
        self.kept, self.added = set(kept), set[Pair]()
        self.readers_of: dict[int, set[int]] = {topic.key: set() for topic in topics}
        self.load = dict.fromkeys(self.order, 0)
        for juror, topic in self.kept:
            if topic in self.readers_of:
                self.readers_of[topic].add(juror)
            if juror in self.load:
                self.load[juror] += 1
        ban = set(forbidden)
        self.able = {
            topic.key: [
                reader.key
                for reader in readers
                if (reader.key, topic.key) not in ban
                and (not topic.theme or not reader.themes or topic.theme in reader.themes)
            ]
            for topic in topics
        }

    def give(self, topic: int) -> bool:
        """One more reader for a file, the least busy first; False when nobody can take it."""
        candidates = self._free(topic)
        for juror in candidates:
            if self._has_room(juror):
                self._add(juror, topic)
                return True
        for juror in candidates:  # everybody is full: somebody may hand a file on
            if chain := self._chain(juror, self._has_room):
                self._hand_on(chain)
                self._add(juror, topic)
                return True
        return False

    def even_out(self) -> None:
        """Hand files on from the busiest as long as it makes the loads more even."""
        busiest = self._by_load(reverse=True)
        place = 0
        while place < len(busiest):
            juror = busiest[place]
            chain = self._chain(juror, self._is_freer_than(juror))
            if chain:
                self._hand_on(chain)
                busiest, place = self._by_load(reverse=True), 0
            else:
                place += 1

    def _is_freer_than(self, juror: int) -> Callable[[int], bool]:
        """Who would still read no more than `juror`, once one file has gone over."""
        most = self.load[juror] - 2
        return lambda other: self.load[other] <= most and self._has_room(other)

    def _by_load(self, *, reverse: bool = False) -> list[int]:
        sign = -1 if reverse else 1
        return sorted(self.order, key=lambda key: (sign * self.load[key], self.order[key]))

    def _free(self, topic: int) -> list[int]:
        """Who could read a file and does not yet, the least busy first."""
        able = [key for key in self.able[topic] if key not in self.readers_of[topic]]
        return sorted(able, key=lambda key: (self.load[key], self.order[key]))

    def _has_room(self, juror: int) -> bool:
        limit = self.limit[juror]
        return limit is None or self.load[juror] < limit

    def _add(self, juror: int, topic: int) -> None:
        self.added.add((juror, topic))
        self.readers_of[topic].add(juror)
        self.load[juror] += 1

    def _chain(self, start: int, is_end: Callable[[int], bool]) -> list[tuple[int, int, int]]:
        """The shortest way for `start` to read one file less: (from, file, to), one after another.

        Empty when there is none. Each file on the way goes to somebody who can read it.
        """
        cameby: dict[int, tuple[int, int, int] | None] = {start: None}
        queue = [start]
        for juror in queue:
            for topic in sorted(file for reader, file in self.added if reader == juror):
                for other in self._free(topic):
                    if other in cameby:
                        continue
                    cameby[other] = (juror, topic, other)
                    if is_end(other):
                        return self._way(cameby, other)
                    queue.append(other)
        return []

    @staticmethod
    def _way(
        cameby: Mapping[int, tuple[int, int, int] | None], end: int
    ) -> list[tuple[int, int, int]]:
        way: list[tuple[int, int, int]] = []
        step = cameby[end]
        while step:
            way.append(step)
            step = cameby[step[0]]
        return way

    def _hand_on(self, chain: Sequence[tuple[int, int, int]]) -> None:
        """From the end of the way: everybody has room for what they take."""
        for giver, topic, taker in chain:
            self.added.remove((giver, topic))
            self.readers_of[topic].remove(giver)
            self.load[giver] -= 1
            self._add(taker, topic)
