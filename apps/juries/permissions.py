"""Who runs a jury, who reads its work, who sits in it. Each predicate returns a reason, or ""."""

from __future__ import annotations

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.casefiles.readers import READER_ROLES
from apps.juries.models import Juror, Jury

# Who handles the files of a programme never judges them.
HANDLER_ROLES = (Role.CASEWORKER, Role.HEAD)


def _holds(user: User, programme: str | None, *roles: Role) -> bool:
    return user.is_active and (user.is_superuser or user.has_role(*roles, programme=programme))


def why_not_read_jury(user: User, programme: str | None = None) -> str:
    """At the desk: the guichet follows the jury. Jurors have their own space."""
    if _holds(user, programme, *READER_ROLES):
        return ""
    return "Le suivi du jury est réservé au guichet."


def why_not_manage_jury(user: User, programme: str | None = None) -> str:
    """Phases, jurors, readings and reminders."""
    if _holds(user, programme, Role.HEAD):
        return ""
    return f"Il faut le rôle « {Role.HEAD.label} » pour ce dispositif."


def why_not_keep_minutes(user: User, programme: str) -> str:
    """Whoever writes the jury's words down and makes its proposals: a caseworker or a head."""
    if _holds(user, programme, *HANDLER_ROLES):
        return ""
    names = " ou ".join(f"« {role.label} »" for role in HANDLER_ROLES)
    return f"Il faut le rôle {names} pour ce dispositif."


def why_not_sit(user: User, programme: str) -> str:
    """Reason why this person cannot judge the files of a programme."""
    if not user.is_active:
        return "Ce compte est fermé."
    if user.is_superuser or user.has_role(*HANDLER_ROLES, programme=programme):
        return "Cette personne instruit ces dossiers : elle ne peut pas les juger."
    if not user.has_role(Role.COMMITTEE_MEMBER, programme=programme):
        return f"Il faut le rôle « {Role.COMMITTEE_MEMBER.label} » pour ce dispositif."
    return ""


def why_not_judge(juror: Juror) -> str:
    """Reason why this seat no longer lets its holder read, or an empty string."""
    if juror.user.roles_suspended:
        return "Confirmez d’abord votre identité avec votre deuxième moyen de connexion."
    if not juror.is_active:
        return "Vous ne siégez plus dans ce jury."
    return why_not_sit(juror.user, juror.jury.campaign.programme)


def why_not_apply_and_judge(juror: Juror, case_file: CaseFile) -> str:
    if case_file.applicant_id == juror.user_id:
        return "C’est votre propre demande."
    return ""


def seats(user: User) -> list[Juror]:
    """The seats of this person, the latest campaign first: one query.

    Each holds the very `user`, whose roles may be suspended and are read only once.
    """
    mine = Juror.objects.active().filter(user=user).select_related("jury__campaign")
    found = list(mine.order_by("-jury__campaign__opens_on"))
    for juror in found:
        juror.user = user
    return found


def is_jury_open(jury: Jury) -> bool:
    """Whether its ranking may still change: none was agreed."""
    return not jury.rankings.standing().exists()
