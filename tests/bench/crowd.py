"""A jury at size in the demo town: many proposals, each read by several jurors."""

from __future__ import annotations

from copy import copy
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection

FILES, READINGS = 500, 5


def crowded_jury() -> Any:
    return _model("Jury").objects.earliest("pk")


def fill_the_jury(files: int = FILES) -> None:
    """Copies of one proposal until there are `files`, then READINGS given reviews of each.

    Without triggers nor history: what is measured only reads them.
    """
    jury = crowded_jury()
    proposals = apps.get_model("casefiles", "CaseFile").objects.filter(campaign=jury.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        proposal = proposals.select_related("innovation_detail").earliest("pk")
        _copy_proposal(proposal, files - proposals.count())
        _give_reviews(jury, list(proposals.values_list("pk", flat=True)))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _copy_proposal(proposal: Any, count: int) -> None:
    detail = proposal.innovation_detail
    # Typed in at the desk: one person has one open file a call, and these have nobody's account.
    nobody = {"applicant_id": None, "channel": "desk", "filed_by_id": proposal.owner_id}
    files = [
        _row(proposal, pk=None, reference=f"INV-BANC-{number:05}", **nobody)
        for number in range(count)
    ]
    made = type(proposal).objects.bulk_create(files)
    type(detail).objects.bulk_create(
        _row(detail, pk=case_file.pk, title=f"Projet {case_file.pk}") for case_file in made
    )


def _row(template: Any, **changed: Any) -> Any:
    row = copy(template)
    row._state = copy(template._state)
    row._state.adding = True
    row._state.fields_cache = {}
    for name, value in changed.items():
        setattr(row, name, value)
    return row


def _give_reviews(jury: Any, files: list[int]) -> None:
    jurors = list(jury.jurors.order_by("pk")[:READINGS])
    assignments, reviews = _model("Assignment"), _model("Review")
    assignment = assignments.objects.filter(juror__jury=jury).earliest("pk")
    review = reviews.objects.filter(juror__jury=jury, mark__isnull=False).earliest("pk")
    _model("Declaration").objects.filter(juror__jury=jury, has_conflict=True).delete()
    _model("Score").objects.filter(review__juror__jury=jury).delete()
    assignments.objects.filter(juror__jury=jury).delete()
    reviews.objects.filter(juror__jury=jury).delete()
    pairs = [(juror.pk, case_file) for juror in jurors for case_file in files]
    assignments.objects.bulk_create(
        _row(assignment, pk=None, juror_id=juror, case_file_id=case_file)
        for juror, case_file in pairs
    )
    reviews.objects.bulk_create(
        _row(
            review,
            pk=None,
            juror_id=juror,
            case_file_id=case_file,
            mark=Decimal((case_file * 7 + juror) % 200) / 10,
        )
        for juror, case_file in pairs
    )


def _model(name: str) -> Any:
    return apps.get_model("juries", name)
