"""The student bursary, as the shared engine sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from apps.awards.enums import ProofKind
from apps.awards.models import Amendment
from apps.awards.programmes import AidPeriod, AwardedProgramme, PlannedRenewal
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Condition, Eligibility
from apps.casefiles.enums import AWARDED_STATES, CaseFileState, DecisionRoute
from apps.casefiles.lifecycle import Transition
from apps.casefiles.models import CaseFile, DocumentKind, Rate
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import Answer, Task, yes_no
from apps.core.dates import school_year_label
from apps.core.money import format_euros
from apps.programmes.bursaries import amounts, eligibility
from apps.programmes.bursaries.eligibility import BursaryFacts
from apps.programmes.bursaries.forms import TASKS, RenewalQuestions
from apps.programmes.bursaries.models import BursaryDetail
from apps.programmes.bursaries.tracks import year_of_study_label

# The school year as faculties count it: the sources say « rentrée » and « année », no day.
_FIRST_MONTH, _LAST_MONTH, _LAST_DAY = 9, 8, 31
_RUNNING = (CaseFileState.GRANTED, CaseFileState.ACTIVE)


@programmes.register
class StudentBursary(AwardedProgramme):
    slug = "bourse-etudes"
    label = "Bourse d’études"
    summary = "Une bourse pour les étudiants en médecine qui exerceront ensuite dans le Loiret."
    reference_prefix = "BRS"
    detail_related_name = "bursary_detail"
    decided_by = DecisionRoute.COMMISSION
    minutes_to_apply = 10
    piece_conditions: ClassVar = {"autre-aide": "si vous avez une autre aide"}
    renewal_form: ClassVar[type[RenewalQuestions]] = RenewalQuestions
    practice_follows_graduation = True
    period_reads = ("renewals",)

    def start(self, case_file: CaseFile, initial: dict[str, Any]) -> None:
        """`initial` has the simulator's answers, by the names of the detail's fields."""
        BursaryDetail.objects.create(
            case_file=case_file,
            course=initial.get("course", ""),
            track=initial.get("track", ""),
            year_of_study=initial.get("year_of_study"),
            commits=initial.get("commits"),
            has_other_aid=initial.get("has_other_aid"),
        )

    def tasks(self, case_file: CaseFile) -> Sequence[Task]:
        return TASKS

    def answers(self, case_file: CaseFile) -> Sequence[Answer]:
        detail = case_file.bursary_detail
        values = {
            "etudes.course": ("Études", detail.get_course_display()),
            "etudes.other_course": ("Lesquelles", detail.other_course),
            "etudes.school_year": (
                "Année universitaire",
                school_year_label(detail.school_year) if detail.school_year else "",
            ),
            "etudes.year_of_study": (
                "Année d’études",
                year_of_study_label(detail.year_of_study) if detail.year_of_study else "",
            ),
            "faculte.track": ("Parcours", detail.get_track_display()),
            "faculte.faculty": ("Nom de la faculté", detail.faculty),
            "faculte.country": ("Pays", detail.country),
            "autres-aides.has_other_aid": ("Autre aide", yes_no(detail.has_other_aid)),
            "autres-aides.other_aid": ("Laquelle, et combien", detail.other_aid),
            "engagement.commits": (
                "Engagement à exercer au moins cinq ans dans le Loiret",
                yes_no(detail.commits),
            ),
        }
        return [Answer(key=key, label=label, value=value) for key, (label, value) in values.items()]

    def assess(self, case_file: CaseFile, *, on: date) -> Eligibility:
        """Before studies and faculty are known, the answer is « à vérifier »."""
        detail = case_file.bursary_detail
        if not detail.course or not detail.track:
            condition = Condition("Réponses", eligibility.PLAN)
            return Eligibility(findings=(condition.check("Indiquez vos études et votre faculté."),))
        return eligibility.assess(
            BursaryFacts(
                course=detail.course,
                track=detail.track,
                on=on,
                commits=detail.commits,
                has_other_aid=detail.has_other_aid,
            )
        )

    def compute_amount(self, case_file: CaseFile, *, on: date) -> AmountBreakdown:
        """Under what is left of the cap: an earlier bursary of the same person counts too."""
        detail = case_file.bursary_detail
        if not detail.track:
            return AmountBreakdown(lines=(), minimum=None, maximum=None, is_set=False)
        return amounts.compute(
            track=detail.track,
            year=detail.year_of_study,
            rates=Rate.objects.book(self.slug, on),
            granted=_granted_elsewhere(case_file),
        )

    def facts(self, case_file: CaseFile) -> dict[str, Any]:
        """« printed » lines go into the letter."""
        detail = case_file.bursary_detail
        printed = [
            ["Études", detail.other_course or detail.get_course_display()],
            ["Faculté", detail.faculty or detail.get_track_display()],
        ]
        if detail.year_of_study:
            printed.append(["Année d’études", year_of_study_label(detail.year_of_study)])
        if detail.school_year:
            printed.append(["Année universitaire", school_year_label(detail.school_year)])
        return {"printed": [line for line in printed if line[1]]}

    def needs_document(self, case_file: CaseFile, kind: DocumentKind) -> bool:
        if kind.condition == "autre-aide":
            return bool(case_file.bursary_detail.has_other_aid)
        return super().needs_document(case_file, kind)

    def blockers(self, case_file: CaseFile, transition: Transition) -> Sequence[str]:
        """One file for the whole course; and nothing above the cap, even with an explanation."""
        if transition.name == "submit" and (running := _running_elsewhere(case_file)):
            words = f"Vous avez déjà une bourse, dossier {running.reference}"
            return (f"{words} : elle se renouvelle chaque année dans ce dossier.",)
        decision, breakdown = case_file.decision, case_file.breakdown
        limit = breakdown.maximum if breakdown else None
        if (
            transition.name == "propose"
            and decision
            and decision.amount is not None
            and limit is not None
            and decision.amount > limit
        ):
            return (f"Le plafond laisse {format_euros(limit)} au plus.",)
        return ()

    # --- After the award

    def schedule(
        self, case_file: CaseFile, *, amount: Decimal, decided_on: date
    ) -> Sequence[PlannedInstalment]:
        """The first school year alone: each renewal adds its own."""
        year = case_file.bursary_detail.school_year
        words = f" {school_year_label(year)}" if year else ""
        return (
            PlannedInstalment(
                label=f"Année universitaire{words}" if year else "Première année",
                amount=amount,
                budget_year=decided_on.year,
                proof=ProofKind.PIECE,
                proof_label=f"Certificat de scolarité{words}",
            ),
        )

    def obligations(self, case_file: CaseFile) -> Sequence[str]:
        """S1, l. 183-185."""
        return (
            "Après le diplôme, exercer au moins cinq ans dans le Loiret.",
            "Chaque année, renouveler la bourse avec un certificat de scolarité.",
        )

    def aid_period(self, case_file: CaseFile) -> AidPeriod | None:
        """From the first school year granted to the end of the last one."""
        first = case_file.bursary_detail.school_year
        if first is None:
            return None
        granted = [item.school_year for item in case_file.renewals.all() if item.is_granted]
        end = max([first, *granted]) + 1
        return AidPeriod(
            first_day=date(first, _FIRST_MONTH, 1), last_day=date(end, _LAST_MONTH, _LAST_DAY)
        )

    # --- Each year

    def renewal(self, case_file: CaseFile, *, school_year: int) -> PlannedRenewal | None:
        """Any school year after the first one."""
        first = case_file.bursary_detail.school_year
        if first is None or school_year <= first:
            return None
        words = school_year_label(school_year)
        return PlannedRenewal(
            label=f"Année universitaire {words}",
            certificate=f"Certificat de scolarité {words}",
        )

    def renewal_initial(self, case_file: CaseFile) -> Mapping[str, Any]:
        """The answers of the last school year granted."""
        last = case_file.renewals.granted().order_by("-school_year").first()
        if last:
            answers: dict[str, Any] = last.answers
            return answers
        detail = case_file.bursary_detail
        return {name: getattr(detail, name) for name in RenewalQuestions.base_fields}

    def renewal_suggested(self, former: Mapping[str, Any]) -> Mapping[str, Any]:
        """The year after last year's; everything else as it was."""
        year = former.get("year_of_study")
        return {**former, "year_of_study": year + 1 if year else None}

    def renewal_amount(
        self, case_file: CaseFile, *, answers: Mapping[str, Any], granted: Decimal, on: date
    ) -> AmountBreakdown:
        return amounts.compute(
            track=answers["track"],
            year=answers.get("year_of_study"),
            rates=Rate.objects.book(self.slug, on),
            granted=granted + _granted_elsewhere(case_file),
        )


def _others(case_file: CaseFile) -> Any:
    """The other bursaries of the same person, if it is known who they are."""
    if case_file.applicant_id is None:
        return CaseFile.objects.none()
    return CaseFile.objects.filter(
        programme=case_file.programme, applicant=case_file.applicant_id
    ).exclude(pk=case_file.pk)


def _running_elsewhere(case_file: CaseFile) -> CaseFile | None:
    running: CaseFile | None = _others(case_file).filter(state__in=_RUNNING).first()
    return running


def _granted_elsewhere(case_file: CaseFile) -> Decimal:
    """Euros of the person's earlier bursaries, renewals included: two queries."""
    earlier = list(_others(case_file).filter(state__in=AWARDED_STATES))
    if not earlier:
        return Decimal(0)
    firsts = sum((other.granted_amount or Decimal(0) for other in earlier), Decimal(0))
    return firsts + Amendment.objects.filter(case_file__in=earlier).total()
