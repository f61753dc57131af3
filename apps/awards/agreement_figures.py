"""What the back office's first page says of agreements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.core.dashboard import Figure, Group, figures_from

_A = AgreementStatus


@figures_from
def agreement_figures(user: User) -> Iterator[Figure]:
    """Those to check, to send and to prepare; how many wait for a signature. Two queries."""
    if not user.is_superuser and not user.has_role(Role.HEAD, Role.CASEWORKER):
        return
    rows: Any = Agreement.objects.at_desk_of(user).order_by().values_list("status")
    counts: dict[str, int] = dict(rows.annotate(Count("pk")))
    address = reverse("admin:awards_agreement_changelist")
    for status, one, many in (
        (_A.RETURNED, "Convention à vérifier", "Conventions à vérifier"),
        (_A.PREPARED, "Convention à envoyer", "Conventions à envoyer"),
    ):
        if count := counts.get(status, 0):
            yield Figure(
                group=Group.TO_DO,
                label=many if count > 1 else one,
                value=count,
                url=f"{address}?status__exact={status}",
            )
    yield from _to_prepare(user)
    if count := counts.get(_A.SENT, 0) + counts.get(_A.REFUSED, 0):
        yield Figure(
            group=Group.TO_WATCH,
            label="Signatures attendues" if count > 1 else "Signature attendue",
            value=count,
            url=address,
        )


def _to_prepare(user: User) -> Iterator[Figure]:
    """Granted, and nothing to sign yet. An act of the archive waits for nothing."""
    granted = CaseFile.objects.at_desk_of(user).filter(state=CaseFileState.GRANTED, agreement=None)
    if count := granted.exclude(channel=Channel.ARCHIVE).count():
        yield Figure(
            group=Group.TO_DO,
            label="Conventions à préparer" if count > 1 else "Convention à préparer",
            value=count,
            url=f"{reverse('admin:casefiles_casefile_changelist')}?etat={CaseFileState.GRANTED}",
        )
