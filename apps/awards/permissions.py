"""Who reads and who runs the commissions and the envelopes. Each predicate returns a reason, or "".

The rights on one file stay those of casefiles.permissions: every move of a file asks them too.
"""

from __future__ import annotations

from collections.abc import Iterable

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_applicant, why_not_caseworker

READER_ROLES = (
    *(Role.HEAD, Role.CASEWORKER, Role.COMMITTEE_MEMBER),
    *(Role.ACCOUNTANT, Role.AUDITOR),
)
# Who reads what each year's budget has left.
ENVELOPE_READERS = (Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR)


def why_not_read_sessions(user: User) -> str:
    if user.is_active and (user.is_superuser or user.has_role(*READER_ROLES)):
        return ""
    return "Les commissions sont réservées au guichet et à leurs membres."


def why_not_manage_sessions(user: User) -> str:
    """A head of any programme plans a sitting; its files ask for a head of their own."""
    if user.is_active and (user.is_superuser or user.has_role(Role.HEAD)):
        return ""
    return f"Il faut le rôle « {Role.HEAD.label} »."


def why_not_read_programmes(user: User, programmes: Iterable[str]) -> str:
    """For a document about several programmes: every one of them must be readable."""
    scope = None if user.is_superuser else user.programmes_for(*READER_ROLES)
    if scope is None or set(programmes) <= set(scope):
        return ""
    return "Ce document porte aussi sur des dispositifs qui ne sont pas les vôtres."


def why_not_read_envelopes(user: User) -> str:
    """The envelopes of their own programmes (EnvelopeQuerySet.visible_to)."""
    if user.is_active and (user.is_superuser or user.has_role(*ENVELOPE_READERS)):
        return ""
    return "Les enveloppes se lisent au guichet : responsable, comptable ou auditeur."


def why_not_manage_envelope(user: User, programme: str | None = None) -> str:
    """`programme` None: of any programme."""
    if user.is_active and (user.is_superuser or user.has_role(Role.HEAD, programme=programme)):
        return ""
    return f"Il faut le rôle « {Role.HEAD.label} »{' pour ce dispositif' if programme else ''}."


def why_not_give_paper(user: User, case_file: CaseFile) -> str:
    """The beneficiary, or an agent for what came by post."""
    return why_not_applicant(user, case_file) and why_not_caseworker(user, case_file)


def why_not_accountant(user: User, case_file: CaseFile) -> str:
    """The accountant of the programme, and nobody else: a superuser pays nobody."""
    if case_file.applicant_id == user.pk:
        return "C’est votre propre demande : un collègue doit s’en charger."
    if user.is_active and user.has_role(Role.ACCOUNTANT, programme=case_file.programme):
        return ""
    return f"Il faut le rôle « {Role.ACCOUNTANT.label} » pour ce dispositif."
