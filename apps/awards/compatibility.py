"""Which aids do not go together, and how that is said. Pure: plain values, no ORM.

Three answers: no when the two aids really meet, « à vérifier » when a date or the person is not
sure, yes otherwise (casefiles.eligibility). A rule is a row that staff edit (Incompatibility).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from apps.casefiles.eligibility import Answer, Finding
from apps.core.dates import format_date


@dataclass(frozen=True, kw_only=True)
class AidPeriod:
    """From when to when an aid runs, both days included; no end while it is open."""

    first_day: date
    last_day: date | None = None

    def overlaps(self, other: AidPeriod) -> bool:
        return (self.last_day is None or other.first_day <= self.last_day) and (
            other.last_day is None or self.first_day <= other.last_day
        )

    def cut_at(self, day: date) -> AidPeriod | None:
        """The same, over on `day` at the latest; None when it had not begun by then."""
        if day < self.first_day:
            return None
        last_day = day if self.last_day is None else min(day, self.last_day)
        return AidPeriod(first_day=self.first_day, last_day=last_day)

    @property
    def words(self) -> str:
        """« du 1er septembre 2026 au 31 août 2027 », « depuis le … » while it is open."""
        if self.last_day is None:
            return f"depuis le {format_date(self.first_day)}"
        return f"du {format_date(self.first_day)} au {format_date(self.last_day)}"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row as one of its two aids reads it.

    `other` is the slug of our other programme, or the code of an aid from elsewhere; `label` is
    how people call it. `is_lifted`: a head let this file have both.
    """

    pk: int
    other: str
    label: str
    only_while_overlapping: bool
    source: str
    is_lifted: bool = False


@dataclass(frozen=True, kw_only=True)
class OtherAward:
    """An award really made. `is_same_person`: False when only a name or an address says so."""

    pk: int  # of its file
    programme: str
    reference: str
    period: AidPeriod | None
    is_same_person: bool = True


@dataclass(frozen=True, kw_only=True)
class Clash:
    """An aid that does not go with the one looked at, surely (no) or perhaps (« à vérifier »).

    Without an `award`, the person says that they have the other aid.
    """

    rule: Rule
    answer: Answer
    award: OtherAward | None = None

    @property
    def blocks(self) -> bool:
        return self.answer is Answer.NO and not self.rule.is_lifted


def find_clashes(
    rules: Iterable[Rule],
    *,
    period: AidPeriod | None,
    declared: Collection[str],
    awards: Sequence[OtherAward],
) -> list[Clash]:
    """What stands against an aid that runs during `period` (None: its dates are not known).

    `declared` are the codes or slugs of the aids that the person says they have. An award of
    theirs says more than their word: it has dates.
    """
    clashes = []
    for rule in rules:
        met = [award for award in awards if award.programme == rule.other]
        for award in met:
            answer = _judge(rule, period, award)
            if answer is not Answer.YES:
                clashes.append(Clash(rule=rule, answer=answer, award=award))
        if rule.other in declared and not any(award.is_same_person for award in met):
            # Declared without dates: whether the periods meet is not known.
            answer = Answer.CHECK if rule.only_while_overlapping else Answer.NO
            clashes.append(Clash(rule=rule, answer=answer))
    return clashes


def _judge(rule: Rule, period: AidPeriod | None, award: OtherAward) -> Answer:
    if rule.only_while_overlapping:
        if period is None or award.period is None:
            return Answer.CHECK
        if not period.overlaps(award.period):
            return Answer.YES
    return Answer.NO if award.is_same_person else Answer.CHECK


def staff_sentence(clash: Clash) -> str:
    """For the guichet: which aid, which file, which dates."""
    rule, award = clash.rule, clash.award
    together = _together(rule)
    if award is None:
        if clash.answer is Answer.CHECK:
            return f"À vérifier : la personne déclare « {rule.label} », à des dates inconnues."
        return f"Ne se cumule pas avec « {rule.label} », que la personne déclare."
    period = award.period.words if award.period else "à des dates inconnues"
    other = f"« {rule.label} », dossier {award.reference}, {period}"
    if clash.answer is Answer.NO:
        return f"Ne se cumule pas{together} avec {other}."
    if award.is_same_person:
        return f"À vérifier : ne se cumule pas{together} avec {other}."
    return f"À vérifier : {other}. Même nom ou même adresse e-mail : est-ce la même personne ?"


def findings(
    rules: Iterable[Rule], clashes: Sequence[Clash], *, answers: Mapping[str, bool | None]
) -> tuple[Finding, ...]:
    """For the person who asks: what each rule says, in their words.

    `answers`: code of an aid → whether they say they have it, None while they have not said.
    """
    return tuple(finding for rule in rules for finding in _findings_of(rule, clashes, answers))


def _findings_of(
    rule: Rule, clashes: Iterable[Clash], answers: Mapping[str, bool | None]
) -> Iterator[Finding]:
    met = [clash for clash in clashes if clash.rule == rule]
    yield from map(_finding, met)
    if met:
        return
    if rule.other in answers and answers[rule.other] is None:
        answer, words = Answer.CHECK, f"Dites-nous si vous avez « {rule.label} »."
    else:
        answer, words = Answer.YES, f"Rien de connu à votre nom{_together(rule)}."
    yield Finding(rule=_title(rule), answer=answer, explanation=words, source=rule.source)


def _finding(clash: Clash) -> Finding:
    rule = clash.rule
    has = f"Vous avez « {rule.label} »{_file_words(clash.award)}."
    if rule.is_lifted:
        answer, what = Answer.YES, "Le guichet admet les deux aides pour votre dossier."
    elif clash.answer is Answer.NO:
        answer, what = Answer.NO, f"Les deux aides ne se cumulent pas{_together(rule)}."
    else:
        answer, what = Answer.CHECK, "Le guichet vérifie si les deux aides se cumulent."
    return Finding(
        rule=_title(rule),
        answer=answer,
        explanation=f"{has} {what}",
        source=rule.source,
        what_would_change="" if answer is Answer.YES else _what_would_change(rule),
    )


def _title(rule: Rule) -> str:
    return rule.label[:1].upper() + rule.label[1:]


def _file_words(award: OtherAward | None) -> str:
    if award is None:
        return ""
    period = f", {award.period.words}" if award.period else ""
    return f" (dossier {award.reference}{period})"


def _what_would_change(rule: Rule) -> str:
    dates = "Des dates différentes. " if rule.only_while_overlapping else ""
    return f"{dates}Dans un cas particulier, le guichet peut admettre les deux."


def _together(rule: Rule) -> str:
    return " aux mêmes dates" if rule.only_while_overlapping else ""
