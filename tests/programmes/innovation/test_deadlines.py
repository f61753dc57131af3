"""To the second: the hour said, the grace said, and nothing after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.programmes.innovation.deadlines import Deadlines, Phase, remaining_words
from tests.support.text import plain

OPENS = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # 18 h in Paris
SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "grace", "is_received"),
    [
        (OPENS - INSTANT, 0, False),
        (OPENS, 0, True),
        (CLOSES - SECOND, 0, True),
        (CLOSES, 0, True),
        (CLOSES + INSTANT, 0, False),
        (CLOSES + SECOND, 0, False),
        (CLOSES + 30 * SECOND, 30, True),
        (CLOSES + 30 * SECOND + INSTANT, 30, False),
    ],
)
def test_a_proposal_is_received_until_the_last_instant(
    at: datetime, grace: int, is_received: bool
) -> None:
    deadlines = Deadlines(opens_at=OPENS, closes_at=CLOSES, grace_seconds=grace)

    assert (deadlines.why_not_receive(at) == "") is is_received


def test_a_refusal_says_the_hour_and_the_grace() -> None:
    deadlines = Deadlines(opens_at=OPENS, closes_at=CLOSES, grace_seconds=30)

    assert plain(deadlines.why_not_receive(OPENS - SECOND)) == (
        "L’appel ouvre le 1er octobre 2026 à 9 h."
    )
    assert plain(deadlines.why_not_receive(CLOSES + 31 * SECOND)) == (
        "L’appel a fermé le 30 novembre 2026 à 18 h, avec 30 secondes de tolérance. "
        "Votre envoi est arrivé trop tard."
    )


def test_the_grace_shows_in_no_countdown() -> None:
    deadlines = Deadlines(opens_at=OPENS, closes_at=CLOSES, grace_seconds=30)

    assert deadlines.phase(OPENS - INSTANT) is Phase.COMING
    assert deadlines.phase(OPENS) is Phase.OPEN
    assert deadlines.phase(CLOSES) is Phase.OPEN
    assert deadlines.phase(CLOSES + INSTANT) is Phase.CLOSED


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=8, hours=6, minutes=50), "8 jours et 6 heures"),
        (timedelta(days=1), "1 jour"),
        (timedelta(hours=3, minutes=12), "3 heures et 12 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=59), "moins d’une minute"),
    ],
)
def test_what_is_left_in_words(left: timedelta, words: str) -> None:
    assert plain(remaining_words(left)) == words
