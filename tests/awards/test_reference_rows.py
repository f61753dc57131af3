"""Terms come with the portal, once, and never over what staff set."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.awards import reference_rows
from apps.awards.models import AwardTerms
from apps.awards.reference_rows import load_award_terms
from tests.factories.commitments import award_terms
from tests.support.text import plain

pytestmark = pytest.mark.django_db

YAML = """
terms:
  - {valid_from: 2023-01-01, commitment_months: 60, source: "Texte fictif"}
"""


@pytest.fixture(autouse=True)
def one_file(tmp_path: Path, monkeypatch: Any) -> None:
    """The installation aid's file says 60 months; no other programme has any."""
    (tmp_path / "installation.yaml").write_text(YAML, encoding="utf-8")
    monkeypatch.setattr(reference_rows, "FOLDER", tmp_path)


def test_terms_are_added_once() -> None:
    assert load_award_terms() == {"installation": 1}
    assert load_award_terms() == {"installation": 0}

    terms = AwardTerms.objects.get()
    assert (terms.programme, terms.commitment_months) == ("installation", 60)
    assert (terms.start_within_months, terms.proof_every_months) == (None, None)
    assert terms.valid_during.lower == date(2023, 1, 1)


def test_terms_of_staff_stand() -> None:
    award_terms(commitment_months=36)

    assert load_award_terms() == {"installation": 0}
    assert AwardTerms.objects.get().commitment_months == 36


def test_command_says_what_it_added() -> None:
    output = StringIO()
    call_command("load_award_terms", stdout=output)

    assert plain(output.getvalue()) == "installation : 1 règle d’engagement ajoutée"
