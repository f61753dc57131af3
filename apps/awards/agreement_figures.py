"""What the back office's first page says of agreements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from apps.accounts.models import Rights, User
from apps.accounts.roles import Role
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.core.compiled import counts
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.paging import MOST_COUNTED, figure_of

_A = AgreementStatus
_TO_SIGN = (_A.SENT, _A.REFUSED)


@figures_from
def agreement_figures(user: User) -> Iterator[Figure]:
    """Those to check, to send and to prepare; how many wait for a signature. One query."""
    if not user.is_superuser and not user.has_role(Role.HEAD, Role.CASEWORKER):
        return
    found = counts(_lists, user.rights, limit=MOST_COUNTED + 1, reader=user.pk)
    address = reverse("admin:awards_agreement_changelist")
    for status, one, many in (
        (_A.RETURNED, "Convention à vérifier", "Conventions à vérifier"),
        (_A.PREPARED, "Convention à envoyer", "Conventions à envoyer"),
    ):
        if count := found[status]:
            yield Figure(
                group=Group.TO_DO,
                label=many if count > 1 else one,
                value=figure_of(count, most=MOST_COUNTED),
                url=f"{address}?status__exact={status}",
            )
    if count := found[CaseFileState.GRANTED]:
        yield Figure(
            group=Group.TO_DO,
            label="Conventions à préparer" if count > 1 else "Convention à préparer",
            value=figure_of(count, most=MOST_COUNTED),
            url=f"{reverse('admin:casefiles_casefile_changelist')}?etat={CaseFileState.GRANTED}",
        )
    if count := found[_A.SENT]:
        yield Figure(
            group=Group.TO_WATCH,
            label="Signatures attendues" if count > 1 else "Signature attendue",
            value=figure_of(count, most=MOST_COUNTED),
            url=address,
        )


def _lists(rights: Rights, *, reader: int) -> dict[str, QuerySet[Any]]:
    """By status, those refused with those sent; and files that wait for theirs."""
    user = User.with_rights(reader, rights)
    mine = Agreement.objects.at_desk_of(user)
    return {
        _A.RETURNED.value: mine.filter(status=_A.RETURNED),
        _A.PREPARED.value: mine.filter(status=_A.PREPARED),
        _A.SENT.value: mine.filter(status__in=_TO_SIGN),
        CaseFileState.GRANTED.value: unprepared_files(user),
    }


def unprepared_files(user: User) -> CaseFileQuerySet:
    """Granted files with nothing to sign yet, save those of the archive, which wait for nothing."""
    # « agreement=None » would join every agreement, and PostgreSQL read them all.
    agreements = Agreement.objects.filter(case_file=OuterRef("pk"))
    granted = CaseFile.objects.at_desk_of(user).filter(state=CaseFileState.GRANTED)
    return granted.filter(~Exists(agreements)).exclude(channel=Channel.ARCHIVE)
