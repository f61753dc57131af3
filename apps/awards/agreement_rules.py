"""Who may do what with an agreement, and when. Each function returns a reason, or ""."""

from __future__ import annotations

from apps.accounts.models import User
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_caseworker

_A = AgreementStatus
_NOT_SENT = "La convention n’est pas encore envoyée."
_RETURNED = "Un exemplaire signé attend d’être vérifié."
_SIGNED = "La convention est déjà signée."


def why_not_prepare(user: User, case_file: CaseFile, agreement: Agreement | None) -> str:
    """Again as long as nobody has signed: a name or an address was wrong."""
    if reason := why_not_caseworker(user, case_file) or _why_not_granted(case_file):
        return reason
    match agreement and agreement.status:
        case _A.RETURNED:
            return _RETURNED
        case _A.SIGNED:
            return _SIGNED
    return ""


def why_not_send(user: User, case_file: CaseFile, agreement: Agreement | None) -> str:
    if reason := why_not_caseworker(user, case_file) or _why_not_granted(case_file):
        return reason
    if agreement is None:
        return "Préparez d’abord la convention."
    return {
        _A.SENT: "La convention est déjà envoyée.",
        _A.RETURNED: _RETURNED,
        _A.SIGNED: _SIGNED,
    }.get(_A(agreement.status), "")


def why_not_return(user: User, case_file: CaseFile, agreement: Agreement | None) -> str:
    """The beneficiary, or an agent who scans what came on paper."""
    is_beneficiary = case_file.applicant_id == user.pk
    reason = "" if is_beneficiary else why_not_caseworker(user, case_file)
    if reason := reason or _why_not_granted(case_file):
        return reason
    if agreement is None or agreement.status == _A.PREPARED:
        return _NOT_SENT
    return {
        _A.RETURNED: "Votre exemplaire signé est arrivé : le guichet le vérifie."
        if is_beneficiary
        else _RETURNED,
        _A.SIGNED: _SIGNED,
    }.get(_A(agreement.status), "")


def why_not_refuse(user: User, case_file: CaseFile, agreement: Agreement | None) -> str:
    if reason := why_not_caseworker(user, case_file) or _why_not_granted(case_file):
        return reason
    if agreement is None or agreement.status != _A.RETURNED:
        return "Aucun exemplaire signé n’attend d’être vérifié."
    return ""


def why_not_sign_act(case_file: CaseFile) -> str:
    """An agreement says its amount: an act of the archive that has none stays as it was voted."""
    if case_file.granted_amount is None:
        return "Le montant de cet acte ancien n’est pas publié : sa convention n’est pas ici."
    return ""


def _why_not_granted(case_file: CaseFile) -> str:
    if case_file.state == CaseFileState.GRANTED:
        return why_not_sign_act(case_file)
    if case_file.state == CaseFileState.ACTIVE:
        return _SIGNED
    return "Une convention se signe pour une aide accordée."
