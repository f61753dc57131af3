"""The rural internship allowance, as the shared engine sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from apps.awards.enums import OutsideAid, ProofKind
from apps.awards.programmes import AidPeriod, Attester, AwardedProgramme
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Condition, Eligibility, Finding
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import Answer, Task, yes_no
from apps.core.dates import format_date
from apps.programmes.internships import amounts, eligibility
from apps.programmes.internships.eligibility import PlaceFact
from apps.programmes.internships.forms import TASKS
from apps.programmes.internships.models import InternshipDetail, RuralRule
from apps.programmes.internships.rulebook import Rulebook, read_rulebook
from apps.territory.models import Commune, Density

# Question of the form: code of the aid, as the table of incompatible aids knows it.
DECLARED = {
    "has_school_aid": OutsideAid.SCHOOL.value,
    "has_employer_aid": OutsideAid.EMPLOYER.value,
    "has_department_bursary": "bourse-etudes",
}


def read_place(commune: Commune, rulebook: Rulebook, *, density: int | None = None) -> Finding:
    """Whether a placement there is rural. `density`: the one frozen with a request, if any."""
    known = Density(density or commune.density)
    return eligibility.assess_place(
        PlaceFact(commune=commune.name, density=known.value, density_label=str(known.label)),
        rulebook.rule,
    )


@programmes.register
class RuralInternship(AwardedProgramme):
    slug = "stage-rural"
    label = "Forfait pour un stage rural"
    summary = "De 60 à 200 € par mois pour un stage dans une commune rurale du Loiret."
    reference_prefix = "STG"
    detail_related_name = "internship_detail"
    decided_by = DecisionRoute.DELEGATION
    minutes_to_apply = 10

    def start(self, case_file: CaseFile, initial: dict[str, Any]) -> None:
        """`initial` has the simulator's answers: commune, starts_on, ends_on, yes/no."""
        if commune := initial.get("commune"):
            case_file.commune = commune
            case_file.save(update_fields=["commune"])
        InternshipDetail.objects.create(
            case_file=case_file,
            starts_on=initial.get("starts_on"),
            ends_on=initial.get("ends_on"),
            **{name: initial.get(name) for name in DECLARED},
        )

    def tasks(self, case_file: CaseFile) -> Sequence[Task]:
        return TASKS

    def answers(self, case_file: CaseFile) -> Sequence[Answer]:
        detail = case_file.internship_detail
        values = {
            "formation.school": ("École ou faculté", detail.school),
            "formation.course": ("Formation suivie", detail.course),
            "formation.study_year": ("Année d’études", str(detail.study_year or "")),
            "stage.commune": ("Commune du stage", str(case_file.commune or "")),
            "stage.host_name": ("Structure d’accueil", detail.host_name),
            "stage.host_address": ("Adresse du lieu de stage", detail.host_address),
            "stage.starts_on": ("Premier jour du stage", _day(detail.starts_on)),
            "stage.ends_on": ("Dernier jour du stage", _day(detail.ends_on)),
            "tuteur.tutor_name": ("Tuteur ou tutrice", detail.tutor_name),
            "tuteur.tutor_email": ("Son adresse e-mail", detail.tutor_email),
            "tuteur.tutor_phone": (
                "Son téléphone",
                detail.tutor_phone.as_national if detail.tutor_phone else "",
            ),
            "autres-aides.has_school_aid": ("Aide de l’école", yes_no(detail.has_school_aid)),
            "autres-aides.has_employer_aid": (
                "Aide d’un employeur",
                yes_no(detail.has_employer_aid),
            ),
            "autres-aides.has_department_bursary": (
                "Bourse du Département",
                yes_no(detail.has_department_bursary),
            ),
        }
        return [Answer(key=key, label=label, value=value) for key, (label, value) in values.items()]

    def assess(self, case_file: CaseFile, *, on: date) -> Eligibility:
        """Before the place is known, the answer is « à vérifier »; other aids: awards."""
        if case_file.commune is None:
            condition = Condition("Réponses", eligibility.PLAN)
            finding = condition.check("Indiquez la commune de votre stage.")
        else:
            finding = read_place(
                case_file.commune,
                read_rulebook(self.slug, on),
                density=case_file.internship_detail.density,
            )
        return Eligibility(findings=(finding,))

    def compute_amount(self, case_file: CaseFile, *, on: date) -> AmountBreakdown:
        detail = case_file.internship_detail
        if not detail.months or detail.starts_on is None or detail.ends_on is None:
            return AmountBreakdown(lines=(), minimum=None, maximum=None, is_set=False)
        rulebook = read_rulebook(self.slug, on)
        return amounts.compute(
            first_day=detail.starts_on,
            last_day=detail.ends_on,
            bands=rulebook.bands,
            rates=rulebook.rates,
        )

    def facts(self, case_file: CaseFile) -> dict[str, Any]:
        """The place, its density that day and the dates; « printed » lines go into the letter."""
        detail = case_file.internship_detail
        printed = []
        if case_file.commune:
            printed.append(["Commune du stage", case_file.commune.name])
        if detail.density:
            printed.append(["Densité de la commune", detail.get_density_display()])
        if detail.host_name:
            printed.append(["Structure d’accueil", detail.host_name])
        if detail.starts_on and detail.ends_on:
            days = f"du {format_date(detail.starts_on)} au {format_date(detail.ends_on)}"
            printed.append(["Stage", days])
        return {"density": detail.density, "printed": printed}

    def add_reference_rows(self, rows: Mapping[str, Any]) -> int:
        """The definitions of « rural »; one already there on that day is left as it is."""
        missing = [
            row
            for row in rows.get("rural_rules", ())
            if RuralRule.objects.in_force(row["valid_from"]) is None
        ]
        for row in missing:
            RuralRule.objects.create(
                minimum_density=row["minimum_density"],
                is_validated=row["is_validated"],
                valid_during=(row["valid_from"], None),
                source=row["source"],
            )
        return len(missing)

    def before_freeze(self, case_file: CaseFile, *, on: date) -> None:
        """Keep the density known on the day of the request; corrections read it again."""
        detail = case_file.internship_detail
        detail.assessed_on = on
        detail.density = case_file.commune.density if case_file.commune else None
        detail.save(update_fields=["assessed_on", "density"])

    def schedule(
        self, case_file: CaseFile, *, amount: Decimal, decided_on: date
    ) -> Sequence[PlannedInstalment]:
        """One payment for each month, on that year's budget, once the tutor confirms it."""
        months = case_file.internship_detail.months
        if not months:
            return super().schedule(case_file, amount=amount, decided_on=decided_on)
        decision = case_file.decision
        breakdown = decision.frozen_breakdown if decision else None
        lines = [line.amount for line in breakdown.lines] if breakdown else []
        return tuple(
            PlannedInstalment(
                label=f"Stage, {month.label}",
                amount=share,
                budget_year=month.first_day.year,
                due_on=month.month_end,
                proof=ProofKind.ATTESTATION,
                proof_label=f"Présence confirmée par le tuteur, {month.label}",
            )
            for month, share in zip(
                months, amounts.shares(amount, months, lines=lines), strict=True
            )
            if share  # an award of some cents does not reach every month
        )

    def obligations(self, case_file: CaseFile) -> Sequence[str]:
        return (
            "Vous suivez le stage aux dates et au lieu indiqués.",
            "Chaque mois, la personne qui vous encadre confirme votre présence.",
            "Un mois qui n’est pas confirmé n’est pas versé.",
            "Vous prévenez le guichet si les dates ou le lieu changent.",
        )

    def aid_period(self, case_file: CaseFile) -> AidPeriod | None:
        detail = case_file.internship_detail
        if not detail.months or detail.starts_on is None:
            return None
        return AidPeriod(first_day=detail.starts_on, last_day=detail.ends_on)

    def declared_aids(self, case_file: CaseFile) -> frozenset[str]:
        detail = case_file.internship_detail
        return frozenset(code for name, code in DECLARED.items() if getattr(detail, name))

    def attester(self, case_file: CaseFile) -> Attester | None:
        detail = case_file.internship_detail
        if not detail.tutor_email:
            return None
        return Attester(
            name=detail.tutor_name, email=detail.tutor_email, capacity="tuteur ou tutrice de stage"
        )


def _day(day: date | None) -> str:
    return format_date(day) if day else ""
