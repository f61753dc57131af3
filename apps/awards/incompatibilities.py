"""Aids that do not go together, checked against the awards really made.

At simulation (`cumulation_findings`), submission (through casefiles.assessment), proposal and
decision (requirements); once more at the grant itself, when no other grant can be under way.

Whose award it is: the same account, or the same e-mail address and the same name, are the same
person. A name or an address alone is « à vérifier », for the guichet only: an applicant never
reads anything of a file that is not on their own account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db.models import Exists, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Concat, Lower

from apps.accounts.models import User
from apps.awards import compatibility
from apps.awards.compatibility import AidPeriod, Clash, OtherAward, Rule
from apps.awards.models import Incompatibility, IncompatibilityOverride
from apps.awards.models.incompatibility import IncompatibilityQuerySet
from apps.awards.programmes import awarded
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
    rules, awards = _rules_and_awards(
        programme, on=on, applicant=applicant.pk if applicant else None
    )
    declared = [code for code, has_it in answers.items() if has_it]
    clashes = compatibility.find_clashes(rules, period=period, declared=declared, awards=awards)
    return compatibility.findings(rules, clashes, answers=answers)


def clashes_of(case_file: CaseFile) -> list[Clash]:
    """What the guichet has to know: one query without a rule, two with.

    The rules are those of the day of the request. An act of the archive was voted as it is.
    """
    if case_file.channel == Channel.ARCHIVE:
        return []
    rules = rules_for(case_file.programme, on=_day_of_request(case_file), case_file=case_file)
    return _clashes(case_file, rules, _awards_of_person(case_file, rules)) if rules else []


def why_not_cumulate(case_file: CaseFile) -> list[str]:
    """One French reason, for the guichet, for each aid that forbids this one."""
    return [compatibility.staff_sentence(clash) for clash in clashes_of(case_file) if clash.blocks]


def rules_for(programme: str, *, on: date, case_file: CaseFile | None = None) -> list[Rule]:
    """The rules that bind a programme on a day, seen from it: one query.

    With a file, they also say what a head lifted for it.
    """
    return [_as_rule(row, programme) for row in _rows(programme, on=on, case_file=case_file)]


def _rows(
    programme: str, *, on: date, case_file: CaseFile | None = None
) -> IncompatibilityQuerySet:
    lifted = IncompatibilityOverride.objects.filter(
        incompatibility=OuterRef("pk"), case_file=case_file
    )
    return Incompatibility.objects.in_force(programme, on).annotate(is_lifted=Exists(lifted))


def _as_rule(row: Incompatibility, programme: str) -> Rule:
    return Rule(
        pk=row.pk,
        other=row.other_than(programme),
        label=row.label_of_other(programme),
        only_while_overlapping=row.only_while_overlapping,
        source=row.source,
        is_lifted=row.is_lifted,  # type: ignore[attr-defined] # annotated by _rows
    )


def _rules_and_awards(
    programme: str, *, on: date, applicant: int | None, case_file: CaseFile | None = None
) -> tuple[list[Rule], list[OtherAward]]:
    """The rules, and what this account (its primary key) was granted, all of which it may read.

    One query; two when there is such an award. `case_file` is not counted against itself.
    """
    rows = _rows(programme, on=on, case_file=case_file)
    if applicant is None:
        return [_as_rule(row, programme) for row in rows], []
    theirs = CaseFile.objects.filter(applicant_id=applicant, state__in=AWARDED_STATES)
    if case_file:
        theirs = theirs.exclude(pk=case_file.pk)
    either = Q(programme=OuterRef("programme")) | Q(programme=OuterRef("with_programme"))
    found = list(rows.annotate(has_award=Exists(theirs.filter(either))))
    rules = [_as_rule(row, programme) for row in found]
    if not any(row.has_award for row in found):  # type: ignore[attr-defined] # just above
        return rules, []
    granted = _granted(rules).filter(pk__in=theirs)
    return rules, list(_as_awards((other, True) for other in granted))


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


def _awards_of_person(case_file: CaseFile, rules: Iterable[Rule]) -> list[OtherAward]:
    """What was granted to whoever asks in this file, or perhaps to them: one query."""
    theirs, near = _same_person(case_file)
    if not near:
        return []
    granted = (
        _granted(rules)
        .exclude(pk=case_file.pk)
        .alias(folded_name=_folded(Concat("first_name", Value(" "), "last_name")))
        .filter(near)
        .annotate(is_theirs=theirs or Value(False))
    )
    return list(
        _as_awards(
            (other, bool(other.is_theirs))  # type: ignore[attr-defined] # annotated above
            for other in granted
        )
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
    ours = {rule.other: programmes[rule.other] for rule in rules if rule.other in programmes}
    details = [programme.detail_related_name for programme in ours.values()]
    return (
        CaseFile.objects.filter(programme__in=ours, state__in=AWARDED_STATES)
        .select_related(*details)
        .order_by("pk")
    )


def _as_awards(granted: Iterable[tuple[CaseFile, bool]]) -> Iterator[OtherAward]:
    for case_file, is_same_person in granted:
        period = awarded(case_file).aid_period(case_file)
        if case_file.state == CaseFileState.TERMINATED and case_file.closed_at and period:
            period = period.cut_at(clock.paris_date(case_file.closed_at))
            if period is None:
                continue  # broken before it began: the person never had it
        yield OtherAward(
            pk=case_file.pk,
            programme=case_file.programme,
            reference=case_file.reference,
            period=period,
            is_same_person=is_same_person,
        )


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
    decision = case_file.decision
    if decision and decision.outcome == Outcome.REJECT:
        return []
    return why_not_cumulate(case_file)


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
