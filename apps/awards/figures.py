"""What the back office's first page says of commissions and envelopes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from apps.accounts.models import User
from apps.awards.gauge import GaugeLevel, level
from apps.awards.models import Envelope, Session
from apps.awards.permissions import (
    why_not_manage_envelope,
    why_not_manage_sessions,
    why_not_read_envelopes,
    why_not_read_sessions,
)
from apps.casefiles.enums import CaseFileState, DecisionRoute
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.money import format_euros
from apps.core.paging import MOST_COUNTED, figure_of


@figures_from
def session_figures(user: User) -> Iterator[Figure]:
    """The next sitting; for heads, those to close and what waits for an agenda. Three queries."""
    if why_not_read_sessions(user):
        return
    today = clock.today()
    upcoming = Session.objects.upcoming(today).with_totals().first()
    if upcoming:
        yield _next_session(upcoming)
    if not why_not_manage_sessions(user):
        yield from _to_close(today)
        yield from _to_list(user, upcoming)


def _next_session(session: Session) -> Figure:
    count = session.item_count  # type: ignore[attr-defined] # with_totals adds it
    return Figure(
        group=Group.COMING,
        label="Prochaine commission",
        value=session.day_label,
        url=_address("change", session.pk),
        note=f"{count} dossier{'s' if count > 1 else ''} à l’ordre du jour.",
    )


def _to_close(today: date) -> Iterator[Figure]:
    held = list(Session.objects.to_close(today))
    if held:
        is_today = held[0].held_on == today
        yield Figure(
            group=Group.TO_DO,
            label="Commissions à clore" if len(held) > 1 else "Commission à clore",
            value=len(held),
            url=_address("change", held[0].pk),
            note="Aujourd’hui." if is_today else f"Tenue le {held[0].day_label}.",
            is_urgent=not is_today,
        )


def _to_list(user: User, upcoming: Session | None) -> Iterator[Figure]:
    """Proposals decided by vote that are on no agenda yet."""
    by_vote = [
        programme.slug
        for programme in programmes
        if programme.decided_by == DecisionRoute.COMMISSION
    ]
    waiting = CaseFile.objects.at_desk_of(user).filter(
        state=CaseFileState.PROPOSED, programme__in=by_vote
    )
    if count := waiting.order_by()[: MOST_COUNTED + 1].count():
        yield Figure(
            group=Group.TO_DO,
            label="Propositions à inscrire" if count > 1 else "Proposition à inscrire",
            value=figure_of(count, most=MOST_COUNTED),
            url=_address("add_files", upcoming.pk) if upcoming else _address("add"),
            note="" if upcoming else "Aucune commission n’est prévue.",
        )


@figures_from
def envelope_figures(user: User) -> Iterator[Figure]:
    """What is left of this year's envelopes; for heads, those to record. One query."""
    if why_not_read_envelopes(user):
        return
    year = clock.today().year
    found = list(Envelope.objects.visible_to(user).filter(year=year).with_figures())
    for envelope in found:
        word = level(voted=envelope.voted, committed=envelope.committed)
        yield Figure(
            group=Group.TO_WATCH,
            label=f"Reste sur {year}, {envelope.programme_label}",
            value=format_euros(envelope.remaining),
            url=reverse("admin:awards_envelope_change", args=[envelope.pk]),
            note=f"Sur {format_euros(envelope.voted)} votés.",
            is_urgent=word != GaugeLevel.ENOUGH,
        )
    recorded = {envelope.programme for envelope in found}
    missing = [
        programme.slug
        for programme in programmes
        if programme.slug not in recorded and not why_not_manage_envelope(user, programme.slug)
    ]
    if missing:
        yield Figure(
            group=Group.TO_DO,
            label=f"Enveloppe{'s' if len(missing) > 1 else ''} {year} à enregistrer",
            value=len(missing),
            url=f"{reverse('admin:awards_envelope_add')}?dispositif={missing[0]}",
            note="Sans enveloppe, rien ne limite les aides.",
        )


def _address(name: str, *args: int) -> str:
    return reverse(f"admin:awards_session_{name}", args=args)
