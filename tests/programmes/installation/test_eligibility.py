"""Who may have the installation aid: each rule by hand, then what holds for any answers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.eligibility import Answer, Finding
from apps.programmes.installation.eligibility import (
    EXCLUDED_ZONES,
    InstallationFacts,
    ZoneFact,
    assess,
)
from apps.programmes.installation.professions import PROFESSIONS
from apps.territory.models import ZoneClass

YES, CHECK, NO = Answer.YES, Answer.CHECK, Answer.NO


def facts(**answers: object) -> InstallationFacts:
    values: dict[str, object] = {
        "profession": "masseur-kinesitherapeute",
        "commune": "Saint-Jean-de-la-Ruelle",
        "on": date(2026, 11, 2),
        "is_first_installation": True,
        "has_other_aid": False,
        **answers,
    }
    return InstallationFacts(**values)  # type: ignore[arg-type]


def zone(zone_class: str = "intermediaire", *, earliest: bool = False) -> ZoneFact:
    return ZoneFact(
        zone_class=zone_class,
        label=ZoneClass(zone_class).label,
        valid_from=date(2025, 9, 12),
        source="Arrêté du 12 septembre 2025",
        is_earliest_known=earliest,
    )


def rule(name: str, given: InstallationFacts, where: ZoneFact | None, **options: object) -> Finding:
    eligibility = assess(given, where, **options)  # type: ignore[arg-type]
    (finding,) = [finding for finding in eligibility.findings if finding.rule == name]
    return finding


@pytest.mark.parametrize(
    ("profession", "year", "answer"),
    [
        ("medecin-generaliste", 2017, YES),
        ("medecin-generaliste", 2016, NO),
        ("orthophoniste", 2021, NO),
        ("orthophoniste", 2022, YES),
        ("infirmier-pratique-avancee", 2022, YES),
        ("infirmier-pratique-avancee", 2021, NO),
    ],
)
def test_profession_is_aided_since_its_year(profession: str, year: int, answer: Answer) -> None:
    given = facts(profession=profession, on=date(year, 6, 1))
    assert rule("Profession", given, zone()).answer is answer


def test_professions_are_the_eleven_of_the_source() -> None:
    since = [profession.eligible_since for profession in PROFESSIONS.values()]
    assert (len(since), since.count(2017), since.count(2022)) == (11, 6, 5)


@pytest.mark.parametrize(("first", "answer"), [(True, YES), (False, NO), (None, CHECK)])
def test_first_installation(first: bool | None, answer: Answer) -> None:
    assert (
        rule("Première installation", facts(is_first_installation=first), zone()).answer is answer
    )


@pytest.mark.parametrize(("other", "answer"), [(False, YES), (True, CHECK), (None, CHECK)])
def test_another_aid_is_checked_by_a_person(other: bool | None, answer: Answer) -> None:
    assert rule("Autres aides", facts(has_other_aid=other), zone()).answer is answer


@pytest.mark.parametrize("zone_class", ZoneClass.values)
def test_zone_counts_unless_well_served_or_outside(zone_class: str) -> None:
    found = rule("Zone", facts(), zone(zone_class))
    assert found.answer is (NO if zone_class in EXCLUDED_ZONES else YES)
    assert found.source == "Arrêté du 12 septembre 2025"


def test_zone_of_a_place_without_any_blocks() -> None:
    found = rule("Zone", facts(), None)
    assert found.answer is NO
    assert found.what_would_change == "Un lieu d’exercice dans une zone aidée."


def test_zone_rule_of_staff_replaces_the_default() -> None:
    only = frozenset({"sous_dotee"})
    assert rule("Zone", facts(), zone("sous_dotee"), eligible_zones=only).answer is YES
    assert rule("Zone", facts(), zone("intermediaire"), eligible_zones=only).answer is NO


def test_zone_earlier_than_any_known_says_which_was_read() -> None:
    found = rule("Zone", facts(on=date(2023, 6, 1)), zone(earliest=True))
    assert found.answer is YES
    assert "12\u00a0septembre\u00a02025" in found.explanation
    assert "postérieur à la date demandée" in found.explanation


@pytest.mark.parametrize("profession", ["pharmacien", "orthoptiste", "pedicure-podologue"])
def test_profession_without_zoning_is_to_be_checked(profession: str) -> None:
    assert rule("Zone", facts(profession=profession), None).answer is CHECK


all_facts = st.builds(
    InstallationFacts,
    profession=st.sampled_from(sorted(PROFESSIONS)),
    commune=st.sampled_from(["Ormes", "Patay", "Saint-Jean-de-la-Ruelle"]),
    on=st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)),
    is_first_installation=st.sampled_from([None, True, False]),
    has_other_aid=st.sampled_from([None, True, False]),
)
zones = st.none() | st.builds(zone, st.sampled_from(ZoneClass.values), earliest=st.booleans())
zone_rules = st.none() | st.frozensets(st.sampled_from(ZoneClass.values))


@given(all_facts, zones, zone_rules)
def test_every_rule_speaks_once_with_its_source(
    given_facts: InstallationFacts, where: ZoneFact | None, allowed: frozenset[str] | None
) -> None:
    findings = assess(given_facts, where, eligible_zones=allowed).findings

    assert [finding.rule for finding in findings] == [
        *("Profession", "Première installation", "Zone", "Autres aides")
    ]
    for finding in findings:
        assert finding.explanation.endswith(".")
        assert finding.source
        # A refusal says what would change it; a yes has nothing to change.
        if finding.answer is not CHECK:
            assert bool(finding.what_would_change) == (finding.answer is NO)


@given(all_facts, zones, zone_rules)
def test_unanswered_question_never_refuses(
    given_facts: InstallationFacts, where: ZoneFact | None, allowed: frozenset[str] | None
) -> None:
    for finding in assess(given_facts, where, eligible_zones=allowed).blocking:
        assert finding.rule != "Autres aides"
        if finding.rule == "Première installation":
            assert given_facts.is_first_installation is False
        if finding.rule == "Zone":
            assert PROFESSIONS[given_facts.profession].zoning is not None
