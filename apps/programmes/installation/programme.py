"""The installation aid, as the shared engine sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Subquery

from apps.awards.enums import OutsideAid
from apps.awards.programmes import AwardedProgramme, PlaceZone, PlannedPromise
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Condition, Eligibility
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.models import CaseFile, DocumentKind, Rate
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import Answer, Task, yes_no
from apps.core.compiled import Asked, rows
from apps.core.dates import format_date
from apps.programmes.installation import amounts, eligibility
from apps.programmes.installation.eligibility import InstallationFacts, ZoneFact
from apps.programmes.installation.forms import TASKS
from apps.programmes.installation.models import (
    InstallationDetail,
    SupervisorStatus,
    ZoneRule,
)
from apps.programmes.installation.professions import PROFESSIONS
from apps.territory.models import Commune, Zone, ZoneClass


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the tables say of a place for a profession on a day."""

    zone: ZoneFact | None
    eligible_zones: frozenset[str] | None  # None: the default rule


def read_place(profession: str, commune: Commune, *, on: date) -> Reading:
    """The zone of a place and the rule that goes with it: one query, none without a zoning."""
    zoning = PROFESSIONS[profession].zoning
    if zoning is None:
        return Reading(zone=None, eligible_zones=None)
    found = rows(_zones, profession, commune.pk, zoning, on)
    if not found:
        return Reading(zone=None, eligible_zones=None)
    zone_class, valid_from, source, is_in_force, classes = found[0]
    return Reading(
        zone=ZoneFact(
            zone_class=zone_class,
            label=str(ZoneClass(zone_class).label),
            valid_from=valid_from,
            source=source,
            is_earliest_known=not is_in_force,
        ),
        eligible_zones=None if classes is None else frozenset(classes),
    )


def place_asked(profession: str, insee: str, *, on: date) -> list[Asked]:
    """What read_place asks, to be read with other facts (core.compiled)."""
    known = PROFESSIONS.get(profession)
    zoning = known.zoning if known else None
    return [(_zones, (profession, insee, zoning, on))] if zoning else []


def _zones(profession: str, commune: str, zoning: str, on: date) -> QuerySet[Zone, Any]:
    """(class, first day, source, in force that day, classes of the rule): the one to read first."""
    rule = ZoneRule.objects.in_force(profession, on).values("zones")
    return Zone.objects.for_reading(commune=commune, zoning=zoning, on=on).values_list(
        *("zone_class", "valid_during__startswith", "source"),
        ExpressionWrapper(Q(valid_during__contains=on), output_field=BooleanField()),
        Subquery(rule),
    )[:1]


@programmes.register
class InstallationAid(AwardedProgramme):
    slug = "installation"
    label = "Aide à l’installation"
    summary = "De 7 000 à 35 000 € pour une première installation dans le Loiret."
    reference_prefix = "INS"
    detail_related_name = "installation_detail"
    decided_by = DecisionRoute.COMMISSION
    minutes_to_apply = 15
    piece_conditions: ClassVar = {
        "maitre-de-stage": "si vous êtes maître de stage",
        "autre-aide": "si vous avez une autre aide",
    }

    def start(self, case_file: CaseFile, initial: dict[str, Any]) -> None:
        """`initial` has the simulator's answers: profession, commune, supervisor, yes/no."""
        if commune := initial.get("commune"):
            case_file.commune = commune
            case_file.save(update_fields=["commune"])
        InstallationDetail.objects.create(
            case_file=case_file,
            profession=initial.get("profession", ""),
            supervisor=initial.get("supervisor", ""),
            is_first_installation=initial.get("is_first_installation"),
            has_other_aid=initial.get("has_other_aid"),
        )

    def tasks(self, case_file: CaseFile) -> Sequence[Task]:
        return TASKS

    def answers(self, case_file: CaseFile) -> Sequence[Answer]:
        detail = case_file.installation_detail
        values = {
            "profession.profession": ("Profession", detail.get_profession_display()),
            "profession.specialty": ("Spécialité", detail.specialty),
            "profession.rpps": ("Numéro RPPS", detail.rpps),
            "profession.is_first_installation": (
                "Première installation",
                yes_no(detail.is_first_installation),
            ),
            "lieu.commune": ("Commune", str(case_file.commune or "")),
            "lieu.structure_kind": ("Type de lieu", detail.get_structure_kind_display()),
            "lieu.structure_name": ("Nom du lieu", detail.structure_name),
            "lieu.address": ("Adresse du lieu", detail.address),
            "exercice.starts_on": (
                "Début d’exercice",
                format_date(detail.starts_on) if detail.starts_on else "",
            ),
            "exercice.practice_mode": ("Mode d’exercice", detail.get_practice_mode_display()),
            "maitre-de-stage.supervisor": ("Maître de stage", detail.get_supervisor_display()),
            "autres-aides.has_other_aid": (
                "Aide de l’ARS ou de l’Assurance maladie",
                yes_no(detail.has_other_aid),
            ),
            "autres-aides.other_aid": ("Détail de l’autre aide", detail.other_aid),
        }
        return [Answer(key=key, label=label, value=value) for key, (label, value) in values.items()]

    def assess(self, case_file: CaseFile, *, on: date) -> Eligibility:
        """Before profession and place are known, the answer is « à vérifier »."""
        detail = case_file.installation_detail
        if not detail.profession or case_file.commune is None:
            condition = Condition("Réponses", eligibility.PLAN)
            return Eligibility(
                findings=(condition.check("Indiquez votre profession et votre commune."),)
            )
        facts = InstallationFacts(
            profession=detail.profession,
            commune=case_file.commune.name,
            on=on,
            is_first_installation=detail.is_first_installation,
            has_other_aid=detail.has_other_aid,
        )
        reading = read_place(detail.profession, case_file.commune, on=on)
        return eligibility.assess(
            facts, detail.frozen_zone or reading.zone, eligible_zones=reading.eligible_zones
        )

    def compute_amount(self, case_file: CaseFile, *, on: date) -> AmountBreakdown:
        detail = case_file.installation_detail
        rates = Rate.objects.book(self.slug, on)
        if not detail.profession:
            return AmountBreakdown(lines=(), minimum=None, maximum=None, is_set=False)
        return amounts.compute(
            profession=detail.profession, supervisor=detail.supervisor, rates=rates
        )

    def facts(self, case_file: CaseFile) -> dict[str, Any]:
        """The zone in force that day; « printed » lines go into the letter."""
        detail = case_file.installation_detail
        zone = detail.frozen_zone
        printed = [["Profession", detail.get_profession_display()]]
        if case_file.commune:
            printed.append(["Commune", case_file.commune.name])
        if zone:
            printed.append(["Zone", zone.label])
        if detail.supervisor == "promesse":
            printed.append(["Promesse", "devenir maître de stage dans les 5 ans"])
        frozen = {**asdict(zone), "valid_from": zone.valid_from.isoformat()} if zone else None
        return {"zone": frozen, "printed": printed}

    def needs_document(self, case_file: CaseFile, kind: DocumentKind) -> bool:
        if kind.condition == "maitre-de-stage":
            return case_file.installation_detail.supervisor == "deja"
        if kind.condition == "autre-aide":
            return bool(case_file.installation_detail.has_other_aid)
        return super().needs_document(case_file, kind)

    def find_by_number(self, digits: str) -> Sequence[int]:
        """By RPPS number."""
        found = InstallationDetail.objects.filter(rpps=digits)
        return list(found.values_list("case_file_id", flat=True)[:100])

    def before_freeze(self, case_file: CaseFile, *, on: date) -> None:
        """Keep the zone in force on the day of the request; corrections read it again."""
        detail = case_file.installation_detail
        zone = (
            read_place(detail.profession, case_file.commune, on=on).zone
            if case_file.commune
            else None
        )
        detail.assessed_on = on
        detail.zone_class = zone.zone_class if zone else ""
        detail.zone_label = zone.label if zone else ""
        detail.zone_valid_from = zone.valid_from if zone else None
        detail.zone_source = zone.source if zone else ""
        detail.zone_is_earliest_known = zone.is_earliest_known if zone else False
        detail.save(
            update_fields=[
                *("assessed_on", "zone_class", "zone_label", "zone_valid_from"),
                *("zone_source", "zone_is_earliest_known"),
            ]
        )

    def practice_starts_on(self, case_file: CaseFile) -> date | None:
        return case_file.installation_detail.starts_on

    def place_zone(self, case_file: CaseFile) -> PlaceZone | None:
        detail = case_file.installation_detail
        profession = PROFESSIONS.get(detail.profession)
        if profession is None or profession.zoning is None or not detail.zone_class:
            return None
        return PlaceZone(zoning=profession.zoning, zone_class=detail.zone_class)

    def declared_aids(self, case_file: CaseFile) -> frozenset[str]:
        has_other = case_file.installation_detail.has_other_aid
        return frozenset({OutsideAid.HEALTH_AGENCY.value}) if has_other else frozenset()

    def promises(self, case_file: CaseFile) -> Sequence[PlannedPromise]:
        """The bonus was granted for a promise (S1, l. 111-114): its euros hang on it."""
        detail = case_file.installation_detail
        decision = case_file.decision
        breakdown = decision.frozen_breakdown if decision else None
        if detail.supervisor != SupervisorStatus.PROMISE or breakdown is None:
            return ()
        return tuple(
            PlannedPromise(
                kind="maitre-de-stage",
                label="Devenir maître de stage",
                amount=line.amount,
                keep_within_years=amounts.PROMISE_YEARS,
                source=line.source,
            )
            for line in breakdown.lines
            if line.rate_code == amounts.BONUS
        )
