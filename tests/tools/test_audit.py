"""What is told of an audit: a known fault fails, a network out of reach does not."""

from __future__ import annotations

from tools.audit import is_out_of_reach, verdict

FAULTS = "Name   Version ID             Fix Versions\ndjango 5.2.0   PYSEC-2026-1   5.2.1"
UNREACHED = "pip_audit._service.interface.ConnectionError: Could not connect to PyPI's API"


def test_clean_lock_is_one_line() -> None:
    assert verdict("base.txt", 0, "No known vulnerabilities found") == "base.txt: no known fault."


def test_network_out_of_reach_is_said_and_passes() -> None:
    assert is_out_of_reach(UNREACHED)
    assert verdict("base.txt", 1, UNREACHED).startswith("base.txt: not audited")


def test_known_fault_is_shown_and_fails_even_if_it_is_about_connections() -> None:
    output = f"{FAULTS}\nConnectionError handling in urllib3"
    assert not is_out_of_reach(output)
    assert "PYSEC-2026-1" in verdict("base.txt", 1, output)


def test_fault_of_the_tool_is_shown_and_fails() -> None:
    assert not is_out_of_reach("usage: pip-audit [-h]")
    assert "usage" in verdict("base.txt", 2, "usage: pip-audit [-h]")
