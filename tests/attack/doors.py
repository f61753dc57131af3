"""At the doors: codes and follow-ups asked in a rush, addresses guessed by what is answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from statistics import median

from apps.casefiles.models import CaseFile
from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tests.attack.visitor import Answer, Visitor

_AT_ONCE = 60
_SAME_FILE = 3  # codes a minute for one reference (settings/throttles.py)
_SAMPLES = 8
# Medians of known and unknown differ by less than what one of them varies by.
_SECONDS = 0.05


def run(server: Server) -> list[Outcome]:
    return [_rush(server), _same_answer(server)]


def _rush(server: Server) -> Outcome:
    """Sixty requests at the same instant for one reference, over all web processes."""
    tally = Tally("codes asked at the same instant")
    reference = CaseFile.objects.exclude(email="").exclude(submitted_at=None)[0].reference
    ask = _follow_up(Visitor(server), reference)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda _: ask(), range(_AT_ONCE)))
    granted = sum(answer.status == HTTPStatus.FOUND for answer in answers)
    tally.record(f"{_AT_ONCE} at once", "" if granted <= _SAME_FILE else f"{granted} were granted")
    refused = [answer for answer in answers if answer.status == HTTPStatus.TOO_MANY_REQUESTS]
    for answer in refused:
        says_when = "Retry-After" in answer.headers and "Revenez" in answer.text
        tally.record("refusal", "" if says_when else "does not say when to come back")
    return tally.outcome()


def _same_answer(server: Server) -> Outcome:
    """A known and an unknown address, signing in by password: same answer, same time."""
    tally = Tally("known and unknown addresses")
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    pages: dict[str, set[tuple[int, int]]] = {"known": set(), "unknown": set()}
    for number in range(_SAMPLES):
        for kind, login in (("known", f"demandeur{number + 1}"), ("unknown", f"nemo{number}")):
            email = f"{login}@demo.example"
            started = time.perf_counter()
            answer = Visitor(server).post(
                "/compte/connexion/mot-de-passe/", login=email, password="pas celui-la"
            )
            seconds[kind].append(time.perf_counter() - started)
            pages[kind].add((answer.status, len(answer.text.replace(email, ""))))
    apart = abs(median(seconds["known"]) - median(seconds["unknown"]))
    tally.record("same answer", "" if pages["known"] == pages["unknown"] else f"{pages}")
    tally.record("same time", "" if apart < _SECONDS else f"medians are {apart:.3f} s apart")
    tally.note = f"medians {apart * 1000:.0f} ms apart"
    return tally.outcome()


def _follow_up(visitor: Visitor, reference: str) -> Callable[[], Answer]:
    return lambda: visitor.post("/suivi/", reference=reference, email="nemo@demo.example")
