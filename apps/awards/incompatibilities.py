"""Aids that do not go together, checked against the awards really made.

At simulation (`cumulation_findings`), submission (through casefiles.assessment), proposal and
decision (requirements); once more at the grant itself, when no other grant can be under way.

Whose award it is: the same account, or the same e-mail address and the same name, are the same
person. A name or an address alone is « à vérifier », for the guichet only: an applicant never
reads anything of a file that is not on their own account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Concat, Lower

from apps.accounts.models import User
from apps.awards import compatibility
from apps.awards.compatibility import AidPeriod, Clash, OtherAward, Rule
from apps.awards.models import Incompatibility, IncompatibilityOverride
from apps.awards.programmes import AwardedProgramme, awarded
from apps.casefiles.assessment import adds_findings
from apps.casefiles.consequences import follows
from apps.casefiles.eligibility import Finding
from apps.casefiles.enums import AWARDED_STATES, CaseFileState, Channel, Outcome
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.casefiles.programmes import programmes
from apps.casefiles.requirements import requires
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.compiled import Asked, instances, rows

_KEPT = "kept_clashes"
# What a rule is made of.
_READ = (
    *("id", "programme", "with_programme", "with_aid"),
    *("only_while_overlapping", "source"),
)


def aids_to_declare(programme: str, *, on: date) -> list[tuple[str, str]]:
    """(code, label) of every aid that does not go with a programme: the choices of its question."""
    return [(rule.other, rule.label) for rule in rules_for(programme, on=on)]


def cumulation_findings(
    *,
    programme: str,
    on: date,
    answers: Mapping[str, bool | None],
    period: AidPeriod | None = None,
    applicant: User | None = None,
) -> tuple[Finding, ...]:
    """What a simulation says of other aids, a finding each: one query, two beside an award.

    `answers`: code of `aids_to_declare` → whether the person has that aid, None while they have
    not said. `applicant`: whoever is signed in; what they were granted here then counts too.
    """
    if applicant is None:
        rules, awards = rules_for(programme, on=on), list[OtherAward]()
    else:
        rules, awards = _rules_and_awards(programme, on=on, applicant=applicant.pk)
    declared = [code for code, has_it in answers.items() if has_it]
    clashes = compatibility.find_clashes(rules, period=period, declared=declared, awards=awards)
    return compatibility.findings(rules, clashes, answers=answers)


def clashes_of(case_file: CaseFile) -> list[Clash]:
    """What the guichet has to know: one query without a rule, two with, none when kept."""
    kept: list[Clash] | None = case_file.__dict__.get(_KEPT)
    return clashes_of_each([case_file])[case_file.pk] if kept is None else kept


def keep_clashes(case_file: CaseFile) -> None:
    """Read them once for a file that is only shown: a move reads the locked row anew."""
    case_file.__dict__[_KEPT] = clashes_of(case_file)


def clashes_of_each(case_files: Sequence[CaseFile]) -> dict[int, list[Clash]]:
    """The same for many files, in as many queries; the dates of their aids take some more, as
    many for one file as for all.

    The rules are those of the day of the request. An act of the archive was voted as it is.
    """
    rules = _rules_of_each([file for file in case_files if file.channel != Channel.ARCHIVE])
    ruled = [case_file for case_file in case_files if rules.get(case_file.pk)]
    awards = _awards_of_each(ruled, rules)
    _read_dates(ruled)
    found = {file.pk: _clashes(file, rules[file.pk], awards[file.pk]) for file in ruled}
    return {case_file.pk: found.get(case_file.pk, []) for case_file in case_files}


def why_not_cumulate(case_file: CaseFile) -> list[str]:
    """One French reason, for the guichet, for each aid that forbids this one."""
    return _reasons(clashes_of(case_file))


def why_not_cumulate_each(case_files: Sequence[CaseFile]) -> dict[int, list[str]]:
    """The same for many files: as many queries as for one."""
    return {pk: _reasons(clashes) for pk, clashes in clashes_of_each(case_files).items()}


def _reasons(clashes: Iterable[Clash]) -> list[str]:
    return [compatibility.staff_sentence(clash) for clash in clashes if clash.blocks]


def rules_for(programme: str, *, on: date) -> list[Rule]:
    """The rules that bind a programme on a day, seen from it: one query."""
    return [_rule_of(values, programme) for values in rows(_in_force, programme, on)]


@lru_cache(maxsize=64)  # a few rules, seen from each programme
def _rule_of(values: tuple[Any, ...], programme: str) -> Rule:
    return _as_rule(Incompatibility(**dict(zip(_READ, values, strict=True))), programme)


def rules_asked(programme: str, on: date) -> Asked:
    """What rules_for asks, to be read with other facts (core.compiled)."""
    return _in_force, (programme, on)


def _in_force(programme: str, on: date) -> QuerySet[Incompatibility, Any]:
    return Incompatibility.objects.in_force(programme, on).values_list(*_READ)


def _as_rule(row: Incompatibility, programme: str, *, is_lifted: bool = False) -> Rule:
    return Rule(
        pk=row.pk,
        other=row.other_than(programme),
        label=row.label_of_other(programme),
        only_while_overlapping=row.only_while_overlapping,
        source=row.source,
        is_lifted=is_lifted,
    )


def _as_rules(rows: Iterable[Incompatibility], programme: str) -> list[Rule]:
    """Of rows annotated with what was lifted for one file."""
    return [
        _as_rule(row, programme, is_lifted=row.is_lifted)  # type: ignore[attr-defined] # annotated
        for row in rows
    ]


def _rules_and_awards(
    programme: str, *, on: date, applicant: int | None, case_file: CaseFile | None = None
) -> tuple[list[Rule], list[OtherAward]]:
    """The rules, and what this account (its primary key) was granted, all of which it may read.

    One query; two when there is such an award. `case_file` is not counted against itself.
    """
    # No file has the key 0, and nobody's account either.
    of, but = applicant or 0, case_file.pk if case_file else 0
    found = instances(_rules_for_one, programme, on, applicant=of, case_file=but)
    rules = _as_rules(found, programme)
    if not any(row.has_award for row in found):  # type: ignore[attr-defined] # annotated
        return rules, []
    theirs = _granted(rules).filter(pk__in=_awards_of(of, but=but))
    return rules, [award for award, _ in _as_awards(theirs)]


def _rules_for_one(
    programme: str, on: date, *, applicant: int, case_file: int
) -> QuerySet[Incompatibility]:
    """The rules of a day, with `is_lifted` for this file, and `has_award`: whether this account
    was granted what one of them names."""
    lifted = IncompatibilityOverride.objects.filter(
        incompatibility=OuterRef("pk"), case_file=case_file
    )
    either = Q(programme=OuterRef("programme")) | Q(programme=OuterRef("with_programme"))
    theirs = _awards_of(applicant, but=case_file).filter(either)
    in_force = Incompatibility.objects.in_force(programme, on)
    return in_force.annotate(is_lifted=Exists(lifted), has_award=Exists(theirs))


def _awards_of(applicant: int, *, but: int) -> CaseFileQuerySet:
    theirs = CaseFile.objects.filter(applicant=applicant, state__in=AWARDED_STATES)
    return theirs.exclude(pk=but)


def _clashes(case_file: CaseFile, rules: list[Rule], awards: list[OtherAward]) -> list[Clash]:
    programme = awarded(case_file)
    return compatibility.find_clashes(
        rules,
        period=programme.aid_period(case_file),
        declared=programme.declared_aids(case_file),
        awards=awards,
    )


def _day_of_request(case_file: CaseFile) -> date:
    """That of the request counts, as for zones and rates (decision 0009)."""
    return clock.paris_date(case_file.submitted_at) if case_file.submitted_at else clock.today()


def _rules_of_each(case_files: Sequence[CaseFile]) -> dict[int, list[Rule]]:
    """By the key of each file: the rules of its day, with what a head lifted for it. One query."""
    lifted = IncompatibilityOverride.objects.filter(
        incompatibility=OuterRef("pk"), case_file__in=[case_file.pk for case_file in case_files]
    )
    rows = list(
        Incompatibility.objects.binding({case_file.programme for case_file in case_files}).annotate(
            lifted_for=ArraySubquery(lifted.values("case_file"))
        )
        if case_files
        else ()
    )
    return {
        case_file.pk: [
            _as_rule(
                row,
                case_file.programme,
                is_lifted=case_file.pk in row.lifted_for,  # type: ignore[attr-defined] # above
            )
            for row in rows
            if row.binds(case_file.programme, _day_of_request(case_file))
        ]
        for case_file in case_files
    }


def _awards_of_each(
    case_files: Sequence[CaseFile], rules: Mapping[int, Sequence[Rule]]
) -> dict[int, list[OtherAward]]:
    """By the key of each file: what was granted to whoever asks in it, or perhaps to them.

    One query, which says of each award whose it is, and whose it may be.
    """
    awards: dict[int, list[OtherAward]] = {case_file.pk: [] for case_file in case_files}
    persons = {case_file.pk: _same_person(case_file) for case_file in case_files}
    theirs = {pk: sure for pk, (sure, _) in persons.items() if sure}
    near = {pk: perhaps for pk, (_, perhaps) in persons.items() if perhaps}
    if not near:
        return awards
    granted = (
        _granted(rule for case_file in case_files for rule in rules[case_file.pk])
        .alias(folded_name=_folded(Concat("first_name", Value(" "), "last_name")))
        .filter(reduce(or_, near.values()))
        .annotate(theirs_in=_keys_where(theirs), near_in=_keys_where(near))
    )
    for award, other in _as_awards(granted):
        for pk in filter(None, other.near_in):  # type: ignore[attr-defined] # annotated above
            if pk != other.pk:
                is_same_person = pk in other.theirs_in  # type: ignore[attr-defined]
                awards[pk].append(replace(award, is_same_person=is_same_person))
    return awards


def _keys_where(conditions: Mapping[int, Q]) -> Func:
    """An array: the key of each condition that a row meets, NULL for the others."""
    return Func(
        *(Case(When(condition, then=Value(pk))) for pk, condition in conditions.items()),
        template="ARRAY[%(expressions)s]::bigint[]",
        output_field=ArrayField(BigIntegerField(null=True)),
    )


def _read_dates(case_files: Iterable[CaseFile]) -> None:
    """Read at once what says from when to when the aid of each file runs."""
    of_programme: dict[str, list[CaseFile]] = defaultdict(list)
    for case_file in case_files:
        of_programme[case_file.programme].append(case_file)
    for slug, files in of_programme.items():
        prefetch_related_objects(
            files, programmes[slug].detail_related_name, *awarded(files[0]).period_reads
        )


def _same_person(case_file: CaseFile) -> tuple[Q, Q]:
    """Conditions on another file: surely the same person's, and perhaps (surely included).

    Both empty for a file that names nobody. Account and search key have an index each; the
    latter holds name and address, folded.
    """
    theirs, near = Q(), Q()
    if case_file.applicant_id:
        theirs |= Q(applicant=case_file.applicant_id)
    name = f"{case_file.first_name} {case_file.last_name}"
    same_name = Q(folded_name=_folded(Value(name)))
    same_address = Q(email__iexact=case_file.email)
    if name.strip():
        near |= Q(search_key__contains=_folded(Value(name))) & same_name
    if case_file.email:
        near |= Q(search_key__contains=_folded(Value(case_file.email))) & same_address
    if name.strip() and case_file.email:
        theirs |= same_name & same_address
    return theirs, theirs | near


def _folded(words: Value | Concat) -> Func:
    """Without accents, in lower case."""
    return Func(Lower(words), function="f_unaccent", output_field=TextField())


def _granted(rules: Iterable[Rule]) -> CaseFileQuerySet:
    """The awards that these rules look at, with what says their dates."""
    others = {rule.other for rule in rules}
    ours = {
        programme.slug: programme
        for programme in programmes
        if programme.slug in others and isinstance(programme, AwardedProgramme)
    }
    return (
        CaseFile.objects.filter(programme__in=ours, state__in=AWARDED_STATES)
        .select_related(*(programme.detail_related_name for programme in ours.values()))
        .prefetch_related(*(name for programme in ours.values() for name in programme.period_reads))
        .order_by("pk")
    )


def _as_awards(granted: Iterable[CaseFile]) -> Iterator[tuple[OtherAward, CaseFile]]:
    """What is to know of each award, beside its file."""
    for case_file in granted:
        period = awarded(case_file).aid_period(case_file)
        if case_file.state == CaseFileState.TERMINATED and case_file.closed_at and period:
            period = period.cut_at(clock.paris_date(case_file.closed_at))
            if period is None:
                continue  # broken before it began: the person never had it
        award = OtherAward(
            pk=case_file.pk,
            programme=case_file.programme,
            reference=case_file.reference,
            period=period,
        )
        yield award, case_file


@adds_findings
def _for_the_applicant(case_file: CaseFile, on: date) -> Iterable[Finding]:
    """Only from their own account, and from what they declare."""
    if case_file.channel == Channel.ARCHIVE:
        return ()
    rules, awards = _rules_and_awards(
        case_file.programme, on=on, applicant=case_file.applicant_id, case_file=case_file
    )
    if not rules:
        return ()
    return compatibility.findings(rules, _clashes(case_file, rules, awards), answers={})


@requires("schedule", "grant", "grant_by_delegation")
@requires("propose", on_page=True)  # to propose a refusal stays possible
def _no_incompatible_award(case_file: CaseFile) -> list[str]:
    return why_not_cumulate(case_file) if proposes_to_grant(case_file) else []


def proposes_to_grant(case_file: CaseFile) -> bool:
    """Whether anything may be granted: to refuse is always possible."""
    decision = case_file.decision
    return not (decision and decision.outcome == Outcome.REJECT)


@requires("submit")
def _no_incompatible_award_at_the_desk(case_file: CaseFile) -> list[str]:
    """Typed in for somebody without an account: only the guichet reads this.

    Online, the assessment answers (casefiles.requirements), in words that leak nothing.
    """
    return [] if case_file.applicant_id else why_not_cumulate(case_file)


def hold_rules() -> bool:
    """Lock the table of rules until the end of the transaction; whether it has any row.

    In one order and before any envelope: of two grants of one person at the same moment, the
    second one sees the first.
    """
    rows = Incompatibility.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    return bool(list(rows.values_list("pk")))


@follows("grant", "grant_by_delegation")
def _no_other_grant_beside(case_file: CaseFile, event: CaseFileEvent) -> None:
    """Two files of one person granted at the same moment. Raises MoveRefusedError."""
    if hold_rules() and (reasons := why_not_cumulate(case_file)):
        raise MoveRefusedError(*reasons)
