"""Who may do what on a case file. Each predicate returns a reason, or "" when allowed.

Roles are granted per programme (accounts.roles). The same predicates serve the moves
(lifecycle.Transition.permission), the pages and the back office.
"""

from __future__ import annotations

from collections.abc import Callable

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles import enums
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.readers import READER_ROLES

Predicate = Callable[[User, CaseFile], str]


def _why_not_role(user: User, case_file: CaseFile, *roles: Role) -> str:
    if case_file.applicant_id == user.pk:
        return "C’est votre propre demande : un collègue doit s’en charger."
    if user.is_superuser or user.has_role(*roles, programme=case_file.programme):
        return ""
    names = " ou ".join(f"« {role.label} »" for role in roles)
    return f"Il faut le rôle {names} pour ce dispositif."


def why_not_export(user: User) -> str:
    """Whoever reads files for their work takes the list away; a committee reads its agenda."""
    if user.is_superuser or user.has_role(*READER_ROLES):
        return ""
    return "La liste se télécharge avec un rôle du guichet. Demandez-le au responsable."


def why_not_caseworker(user: User, case_file: CaseFile) -> str:
    """A head may also do a caseworker's work."""
    return _why_not_role(user, case_file, Role.CASEWORKER, Role.HEAD)


def why_not_head(user: User, case_file: CaseFile) -> str:
    return _why_not_role(user, case_file, Role.HEAD)


def why_not_accountant_or_head(user: User, case_file: CaseFile) -> str:
    return _why_not_role(user, case_file, Role.ACCOUNTANT, Role.HEAD)


def why_not_head_other_than_proposer(user: User, case_file: CaseFile) -> str:
    """Two persons: the one who proposes never decides, superuser included."""
    if reason := why_not_head(user, case_file):
        return reason
    decision = case_file.decision
    if decision and decision.proposed_by_id == user.pk:
        return "Vous avez proposé cette décision : une autre personne doit la prendre."
    return ""


def why_not_applicant(user: User, case_file: CaseFile) -> str:
    """The person, or the guichet for a file it entered for someone without an account."""
    if case_file.applicant_id == user.pk:
        return ""
    if case_file.applicant_id is None and not why_not_caseworker(user, case_file):
        return ""
    return "Seule la personne qui a fait la demande peut le faire."


def why_not_applicant_or_agent(user: User, case_file: CaseFile) -> str:
    """The person, or a caseworker for a request received at the desk, by phone or by post."""
    if case_file.applicant_id == user.pk:
        return ""
    if case_file.channel == Channel.ONLINE:
        return "Seule la personne qui a fait la demande peut le faire."
    return why_not_caseworker(user, case_file)


def why_not_fill_in(user: User, case_file: CaseFile) -> str:
    """The same, or somebody whom the applicant invited to write the draft with them."""
    reason = why_not_applicant_or_agent(user, case_file)
    is_draft = case_file.state == CaseFileState.DRAFT
    if reason and is_draft and case_file.co_editors.of(user).exists():
        return ""
    return reason


def why_not_read(user: User, case_file: CaseFile) -> str:
    if CaseFile.objects.visible_to(user).filter(pk=case_file.pk).exists():
        return ""
    return "Ce dossier n’est pas le vôtre."


def may_read_awards_of(user: User, programme: str) -> bool:
    """Whether the guichet shows this person what a programme awarded to others: no query."""
    return user.is_superuser or user.has_role(*READER_ROLES, programme=programme)


def why_not_review_documents(user: User, case_file: CaseFile) -> str:
    """Pieces are checked from the moment the request is sent until it is decided."""
    if reason := why_not_caseworker(user, case_file):
        return reason
    if case_file.state not in (*enums.PENDING_STATES, CaseFileState.INCOMPLETE):
        return "Les pièces se contrôlent tant que la demande est à l’étude."
    return ""


def is_staff_on(user: User, case_file: CaseFile) -> bool:
    """Whether `user` handles this file as the guichet (and not as the applicant)."""
    return not why_not_caseworker(user, case_file)


PREDICATES: dict[str, Predicate] = {
    "applicant": why_not_applicant,
    "applicant_or_agent": why_not_applicant_or_agent,
    "caseworker": why_not_caseworker,
    "head": why_not_head,
    "head_other_than_proposer": why_not_head_other_than_proposer,
    "accountant_or_head": why_not_accountant_or_head,
}
