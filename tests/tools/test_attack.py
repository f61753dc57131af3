"""What `make attack` computes by itself; the attacks are run by hand."""

from __future__ import annotations

import pytest

from tests.attack.json_answers import cases, failures
from tests.attack.outcome import Outcome, Part, Tally
from tests.attack.report import durations, table
from tests.attack.scanner import explanations, findings
from tests.attack.timing import apart, is_told


def test_tally_counts_tries_and_keeps_what_was_lost() -> None:
    tally = Tally("Files")
    tally.record("a", "", "")
    tally.record("b", "left something", "", "took 2 s")
    tally.note = "2 s at most"
    lost = ["b: left something; took 2 s"]
    assert tally.outcome() == Outcome("Files", 2, 1, lost, "2 s at most")


def test_table_has_a_line_for_each_attack_and_tells_what_was_lost() -> None:
    parts = [
        Part("one", [Outcome("Files", 2, 1, ["b: left something"])], 61.2),
        Part("two", [Outcome("Doors", 1, 1, note="fast")], 2),
    ]
    assert table(parts).splitlines() == [
        "| Attack | Tried | Survived | Lost | Note |",
        "| ---    | ---   | ---      | ---  | ---  |",
        "| Files  | 2     | 1        | 1    |      |",
        "| Doors  | 1     | 1        | 0    | fast |",
        "",
        "Lost:",
        "",
        "- Files: b: left something",
    ]
    assert durations(parts) == "one 61 s, two 2 s"


@pytest.mark.parametrize(
    ("known", "unknown", "told"),
    [
        ([0.10, 0.11, 0.10, 0.11], [0.10, 0.11, 0.11, 0.10], False),
        ([0.10, 0.11, 0.10, 0.11], [0.13, 0.14, 0.13, 0.14], True),
        ([0.13, 0.14, 0.13, 0.14], [0.10, 0.11, 0.10, 0.11], True),
        ([0.10, 0.20, 0.10, 0.20], [0.11, 0.21, 0.12, 0.20], False),
        ([0.1000, 0.1001, 0.1000, 0.1001], [0.1030, 0.1031, 0.1030, 0.1031], False),
    ],
)
def test_times_tell_known_from_unknown_beyond_what_they_vary_by(
    known: list[float], unknown: list[float], told: bool
) -> None:
    assert is_told(known, unknown) is told


def test_gap_is_between_medians() -> None:
    assert apart([1, 2, 90], [3, 5, 4]) == 2


def _report(category: str, **finding: object) -> dict[str, object]:
    return {"vulnerabilities": {category: [finding]}, "anomalies": {}}


def test_finding_of_the_scanner_is_told_unless_it_is_explained() -> None:
    xss = _report("Reflected Cross Site Scripting", info="in q", path="/aides/", level=1)
    assert findings(xss) == {"Reflected Cross Site Scripting: in q (/aides/)": 1}
    assert explanations(xss) == []
    cookie = _report("Secure Flag cookie", info="Secure is not set", path="/", level=1)
    assert findings(cookie) == {}
    [why] = explanations(cookie)
    assert why.startswith("Secure Flag cookie: loopback has no HTTPS")


def test_what_the_scanner_only_notes_is_no_finding() -> None:
    assert findings(_report("Fingerprint web technology", info="nginx", path="/", level=0)) == {}


def test_output_of_schemathesis_is_read() -> None:
    said = (
        "Test cases:\n  1234 generated, 2 found 1 unique failure\n- Server error\n- Server error\n"
    )
    assert cases(said) == 1234
    assert failures(said) == ["Server error"]
