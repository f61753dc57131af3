"""The innovation call, as the shared engine sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from apps.awards.programmes import WrittenProof
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Eligibility
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.lifecycle import Transition
from apps.casefiles.models import Campaign, CaseFile, CoEditor, DocumentKind
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import Answer, Task
from apps.core.money import format_euros
from apps.juries.programmes import JudgedProgramme, Passage
from apps.programmes.innovation import amounts, eligibility
from apps.programmes.innovation.answers import all_answers, duration_label
from apps.programmes.innovation.budget import imbalances
from apps.programmes.innovation.choices import BOUND_BY_CONTRACT
from apps.programmes.innovation.copies import copy_proposal
from apps.programmes.innovation.eligibility import ProposalFacts
from apps.programmes.innovation.forms import tasks_of
from apps.programmes.innovation.identifiers import SIRET_LENGTH
from apps.programmes.innovation.jury_view import (
    ANONYMOUS_PAGES,
    JUROR_PAGES,
    agreed_comment,
    passages,
)
from apps.programmes.innovation.models import Call, ProposalDetail, QuestionSet, Theme
from apps.programmes.innovation.payments import plan_years, reported_year
from apps.programmes.innovation.report_requests import missing_reports
from apps.programmes.innovation.reports import keep_report, report_form


@programmes.register
class InnovationCall(JudgedProgramme):
    slug = "innovation"
    label = "Appel Santé Innovations Loiret"
    summary = "Un appel à projets chaque année, pour faciliter l’accès aux soins dans le Loiret."
    reference_prefix = "INV"
    detail_related_name = "innovation_detail"
    detail_joins = ("theme", "question_set")
    decided_by = DecisionRoute.COMMISSION
    minutes_to_apply = 45
    takes_co_editors = True
    piece_conditions: ClassVar = {"association": "si vous êtes une association"}

    # --- The call that receives

    def campaign(self, at: datetime) -> Campaign | None:
        """That of the call open at this instant."""
        call = Call.objects.receiving(at).select_related("campaign").first()
        return call.campaign if call else None

    def why_not_start(self, at: datetime) -> str:
        """A project answers a call: none is taken outside of one."""
        if Call.objects.receiving(at).exists():
            return ""
        return "Aucun appel n’est ouvert en ce moment."

    def why_not_receive(self, case_file: CaseFile, *, at: datetime) -> str:
        """To the second, by the call's hours as they stand in this transaction."""
        call = Call.objects.filter(campaign=case_file.campaign_id).first()
        return call.deadlines.why_not_receive(at) if call else ""

    # --- The form

    def start(self, case_file: CaseFile, initial: dict[str, Any]) -> None:
        """With the version of the questions that stands today; `initial` by the detail's names.

        `copy_of` is the reference of an earlier project of the same person, to begin from.
        """
        questions = QuestionSet.objects.filter(call=case_file.campaign_id).first()
        detail = ProposalDetail.objects.create(
            case_file=case_file,
            question_set=questions,
            owner_kind=initial.get("owner_kind", ""),
            serves_loiret=initial.get("serves_loiret"),
            has_contract=initial.get("has_contract"),
        )
        if reference := initial.get("copy_of"):
            copy_proposal(reference, detail, applicant=case_file.applicant)

    def tasks(self, case_file: CaseFile) -> Sequence[Task]:
        return tasks_of(case_file)

    def answers(self, case_file: CaseFile) -> Sequence[Answer]:
        return all_answers(case_file.innovation_detail)

    # --- Rules

    def assess(self, case_file: CaseFile, *, on: date) -> Eligibility:
        detail = case_file.innovation_detail
        call = _call_of(case_file)
        return eligibility.assess(
            ProposalFacts(
                owner_kind=detail.owner_kind,
                theme=detail.theme.label if detail.theme else "",
                serves_loiret=detail.serves_loiret,
                has_contract=detail.has_contract,
                asked=detail.amount_asked,
                largest_amount=call.largest_amount if call else None,
            )
        )

    def compute_amount(self, case_file: CaseFile, *, on: date) -> AmountBreakdown:
        return amounts.compute(case_file.innovation_detail.amount_asked)

    def facts(self, case_file: CaseFile) -> dict[str, Any]:
        """« printed » lines go into the letter."""
        detail = case_file.innovation_detail
        printed = [
            ["Projet", detail.title],
            ["Porteur", detail.organisation],
            ["Durée", duration_label(detail.duration_years)],
            ["Avis du jury", agreed_comment(case_file)],
        ]
        return {"printed": [line for line in printed if line[1]]}

    def needs_document(self, case_file: CaseFile, kind: DocumentKind) -> bool:
        if kind.condition == "association":
            return case_file.innovation_detail.owner_kind in BOUND_BY_CONTRACT
        return super().needs_document(case_file, kind)

    def find_by_number(self, digits: str) -> Sequence[int]:
        """By SIRET."""
        return list(
            ProposalDetail.objects.filter(siret=digits).values_list("case_file_id", flat=True)
            if len(digits) == SIRET_LENGTH
            else ()
        )

    def blockers(self, case_file: CaseFile, transition: Transition) -> Sequence[str]:
        """A budget that adds up; never more than was asked: the project was judged on it; every
        report given before the end."""
        if transition.name in {"submit", "resubmit"}:
            budget = case_file.innovation_detail.budget
            return imbalances(budget) if budget else ()
        if transition.name == "complete":
            return missing_reports(case_file)
        decision, asked = case_file.decision, self.amount_asked(case_file)
        if (
            transition.name == "propose"
            and decision
            and decision.amount is not None
            and asked is not None
            and decision.amount > asked
        ):
            return (f"Le projet demande {format_euros(asked)} : l’aide ne peut pas dépasser.",)
        return ()

    # --- What a jury reads

    def title_of(self, case_file: CaseFile) -> str:
        return case_file.innovation_detail.title or "Projet sans titre"

    def theme_of(self, case_file: CaseFile) -> str:
        return str(case_file.innovation_detail.theme_id or "")

    def themes(self, campaign: Campaign) -> Sequence[tuple[str, str]]:
        labels = Theme.objects.filter(call=campaign.pk).values_list("pk", "label")
        return [(str(pk), label) for pk, label in labels]

    def organisation_of(self, case_file: CaseFile) -> str:
        organisation: str = case_file.innovation_detail.organisation
        return organisation

    def amount_asked(self, case_file: CaseFile) -> Decimal | None:
        asked: Decimal | None = case_file.innovation_detail.amount_asked
        return asked

    def reading_view(self, case_file: CaseFile) -> Sequence[Passage]:
        return passages(case_file, JUROR_PAGES)

    def anonymous_view(self, case_file: CaseFile) -> Sequence[Passage]:
        return passages(case_file, ANONYMOUS_PAGES)

    def envelope_year(self, campaign: Campaign) -> int:
        year: int = campaign.innovation_call.year
        return year

    def insiders(self, campaign: Campaign) -> Iterable[tuple[int, int]]:
        """Whoever wrote the proposal too: those invited to fill it in."""
        yield from super().insiders(campaign)
        yield from CoEditor.objects.filter(
            case_file__campaign=campaign, user__isnull=False
        ).values_list("case_file_id", "user_id")

    # --- After the award

    def schedule(
        self, case_file: CaseFile, *, amount: Decimal, decided_on: date
    ) -> Sequence[PlannedInstalment]:
        return plan_years(case_file, amount=amount, decided_on=decided_on)

    def obligations(self, case_file: CaseFile) -> Sequence[str]:
        detail = case_file.innovation_detail
        years = detail.duration_years or 1
        yearly = "Chaque année, remettre le bilan et les chiffres du projet." if years > 1 else ""
        contract = "Respecter le contrat d’engagement républicain." if detail.has_contract else ""
        final = "À la fin du projet, remettre le bilan final avec ses indicateurs."
        return tuple(words for words in (yearly, final, contract) if words)

    def proof_form(self, case_file: CaseFile, *, rank: int) -> type[forms.Form] | None:
        """A report is written on the page, beside its figures."""
        detail = case_file.innovation_detail
        return report_form(detail, year=reported_year(detail, rank=rank))

    def written_proof(
        self, case_file: CaseFile, *, rank: int, answers: Mapping[str, Any], at: datetime
    ) -> WrittenProof:
        year = reported_year(case_file.innovation_detail, rank=rank)
        return keep_report(case_file, year=year, answers=answers, at=at)


def _call_of(case_file: CaseFile) -> Call | None:
    return Call.objects.filter(campaign=case_file.campaign_id).first()
