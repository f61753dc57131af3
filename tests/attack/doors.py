"""At the doors: a rush on what is counted, addresses and references guessed by what is answered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from math import ceil
from secrets import token_hex

from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.core.identifiers import make_reference
from apps.demo.people import DOMAIN
from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tests.attack.timing import apart, is_told
from tests.attack.visitor import Answer, Visitor

_AT_ONCE = 60
_SAMPLES = 16
# What a page says differently each time, whoever asks.
_CHANGES = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=nonce=")[^"]+|\d+ secondes?')
_numbers = count(1)


def run(server: Server) -> list[Outcome]:
    return [_rush(server), *(_same_answer(server, door) for door in _doors(server))]


@dataclass(frozen=True)
class _Guess:
    """What is typed, and what of it the page may repeat."""

    fields: dict[str, str]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(value for value in self.fields.values() if value)


@dataclass(frozen=True)
class _Door:
    """A form, and what somebody types who guesses: known or not, each try another one."""

    name: str
    path: str
    known: Callable[[int], _Guess]
    unknown: Callable[[int], _Guess]


def _rush(server: Server) -> Outcome:
    """Three throttles at once, over all web processes, from as many addresses as tries."""
    tally = Tally("Three throttles at the same instant")
    reference = _sent_files()[-1].reference  # none of those that the guesses ask for
    email = f"{token_hex(4)}@{DOMAIN}"
    rushes = {
        "codes for one file": (3, reverse("casefiles:follow_up"), {"reference": reference}),
        "codes for one address": (3, reverse("account_login"), {"login": email}),
        "passwords for one address": (
            10,
            reverse("account_login_with_password"),
            {"login": email, "password": "pas celui-la"},
        ),
    }
    asked = [
        (name, path, {"email": email, **fields})
        for _ in range(_AT_ONCE)
        for name, (_, path, fields) in rushes.items()
    ]
    started = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda one: _stranger(server).post(one[1], **one[2]), asked))
    minutes = (time.monotonic() - started) / 60
    for name, (amount, _, _) in rushes.items():
        mine = [answer for one, answer in zip(asked, answers, strict=True) if one[0] == name]
        granted = sum(answer.status != HTTPStatus.TOO_MANY_REQUESTS for answer in mine)
        most = amount + ceil(amount * minutes)
        tally.record(name, "" if granted <= most else f"{granted} were granted, {most} at most")
        silent = sum(not _says_when(answer) for answer in mine) - granted
        tally.record(f"{name}: refusals", f"{silent} do not say when" if silent > 0 else "")
    tally.note = f"{len(asked)} requests in {minutes * 60:.0f} s"
    return tally.outcome()


def _says_when(answer: Answer) -> bool:
    return "Retry-After" in answer.headers and "Revenez" in answer.text


def _stranger(server: Server) -> Visitor:
    """Somebody whom nobody has seen, from an address of their own."""
    number = next(_numbers)
    return Visitor(server, address=f"198.18.{number // 250}.{number % 250 + 1}")


def _doors(server: Server) -> Iterator[_Door]:
    emails = list(
        User.objects.filter(is_active=True, is_staff=False)
        .order_by("pk")
        .values_list("email", flat=True)[: 4 * (_SAMPLES + 1)]
    )
    forms = (
        ("Password", "account_login_with_password", "login", {"password": "pas celui-la"}),
        ("Sign-in code", "account_login", "login", {}),
        ("Forgotten password", "account_reset_password", "email", {}),
        ("Sign-up", "account_signup", "email", {"first_name": "Nemo", "last_name": "Demo"}),
    )
    for index, (name, route, field, others) in enumerate(forms):
        mine = emails[index::4]
        yield _Door(
            name,
            reverse(route),
            lambda at, field=field, others=others, mine=mine: _Guess(
                {field: mine[at % len(mine)], **others}
            ),
            lambda at, field=field, others=others: _Guess(
                {field: f"{token_hex(5)}@{DOMAIN}", **others}
            ),
        )
    files = _sent_files()[:-1]
    yield _Door(
        "Follow-up, by reference",
        reverse("casefiles:follow_up"),
        lambda at: _Guess(
            {"reference": files[at % len(files)].reference, "email": files[at % len(files)].email}
        ),
        lambda at: _Guess(
            {
                "reference": make_reference("INS", 2026, 90_000 + at),
                "email": files[at % len(files)].email,
            }
        ),
    )


def _sent_files() -> list[CaseFile]:
    sent = CaseFile.objects.exclude(email="").exclude(submitted_at=None).order_by("pk")
    return list(sent[: _SAMPLES + 2])


def _same_answer(server: Server, door: _Door) -> Outcome:
    """Known and unknown by turns: same pages, same time."""
    tally = Tally(f"{door.name}: known or unknown")
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    pages: dict[str, set[str]] = {"known": set(), "unknown": set()}
    for number in range(_SAMPLES + 1):
        for kind, guess in (("known", door.known(number)), ("unknown", door.unknown(number))):
            visitor = _stranger(server)
            started = time.perf_counter()
            answer = visitor.post(door.path, **guess.fields)
            if number:  # the first ones wake the processes up
                seconds[kind].append(time.perf_counter() - started)
            pages[kind].add(_seen(visitor, answer, guess))
    tally.record("answer", "" if pages["known"] == pages["unknown"] else _difference(pages))
    gap = apart(seconds["known"], seconds["unknown"])
    tally.record("time", f"medians are {gap * 1000:.0f} ms apart" if is_told(**seconds) else "")
    tally.note = f"medians {abs(gap) * 1000:.1f} ms apart"
    return tally.outcome()


def _seen(visitor: Visitor, answer: Answer, guess: _Guess) -> str:
    """Everything that the answer shows, but what was typed and what always changes."""
    page = visitor.follow(answer) if answer.status == HTTPStatus.FOUND else answer
    text = f"{answer.status} {answer.headers.get('Location')} {page.status} {page.text}"
    for word in guess.words:
        text = text.replace(word, "…")
    return _CHANGES.sub("…", text)


def _difference(pages: dict[str, set[str]]) -> str:
    known, unknown = min(pages["known"]), min(pages["unknown"])
    at = next((n for n, (a, b) in enumerate(zip(known, unknown, strict=False)) if a != b), 0)
    return f"{known[max(0, at - 40) : at + 60]!r} or {unknown[max(0, at - 40) : at + 60]!r}"
