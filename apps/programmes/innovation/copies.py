"""Begin this year's project from an earlier one of the same person."""

from __future__ import annotations

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.models import BudgetLine, ProposalDetail, Theme

# What is asked again: the theme is this call's, the contract and the questions are of this year.
_COPIED = (
    *("owner_kind", "organisation", "siret", "siret_comment", "rna"),
    *("legal_name", "legal_role", "contact_name", "contact_email", "contact_phone"),
    *("title", "summary", "place", "serves_loiret", "duration_years"),
    *("asked_1", "asked_2", "asked_3"),
)


def earlier_proposals(applicant: User) -> list[CaseFile]:
    """The sent projects of a person, the latest first: what may be taken up again."""
    return list(
        CaseFile.objects.filter(
            programme=SLUG, applicant=applicant, submitted_at__isnull=False
        ).select_related("innovation_detail")
    )


def copy_proposal(reference: str, detail: ProposalDetail, *, applicant: User | None) -> None:
    """Fill a new detail row with the answers of an earlier project; another's is left alone.

    Answers to the call's own questions are taken where the question is worded the same.
    """
    former = (
        ProposalDetail.objects.filter(
            case_file__reference=reference,
            case_file__applicant=applicant,
            case_file__applicant__isnull=False,
        )
        .select_related("question_set", "theme")
        .first()
    )
    if former is None:
        return
    for name in _COPIED:
        setattr(detail, name, getattr(former, name))
    if former.theme and detail.question_set:
        same = Theme.objects.filter(call=detail.question_set.call_id, label=former.theme.label)
        detail.theme = same.first()
    detail.answers = _same_answers(former, detail)
    detail.copied_from_id = former.case_file_id
    detail.save()
    BudgetLine.objects.bulk_create(
        BudgetLine(
            proposal=detail,
            side=line.side,
            position=line.position,
            label=line.label,
            year_1=line.year_1,
            year_2=line.year_2,
            year_3=line.year_3,
        )
        for line in former.budget_lines.all()
    )


def _same_answers(former: ProposalDetail, detail: ProposalDetail) -> dict[str, object]:
    if not former.question_set or not detail.question_set:
        return {}
    kept = {(fact.label, fact.kind): fact.name for fact in former.question_set.facts}
    return {
        fact.name: former.answers[kept[fact.label, fact.kind]]
        for fact in detail.question_set.facts
        if kept.get((fact.label, fact.kind)) in former.answers
    }
