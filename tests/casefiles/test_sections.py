from __future__ import annotations

import pytest

from apps.casefiles import sections
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Section


def test_sections_without_anything_to_show_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "_sources", [])
    shown = Section(template="awards/_agreement.html")
    sections.adds_section(lambda case_file: None)
    sections.adds_section(lambda case_file: shown)

    assert list(sections.sections(CaseFile())) == [shown]
