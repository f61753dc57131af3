"""Case files in every state, made by the verbs that people use: no state is ever typed in.

`installation_file(until="under_review", …)` walks the file from its first answer to the state
asked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.corrections import Point, request_changes
from apps.casefiles.documents import add_documents, document_rows
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, ChangeTarget, Channel, Outcome
from apps.casefiles.models import CaseFile, Rate
from apps.casefiles.proposals import propose
from apps.casefiles.reference_rows import load_reference_rows
from apps.casefiles.transitions import perform
from apps.files.models import StoredFile
from apps.files.storage import store_bytes
from apps.territory.models import Commune, ZoneClass, Zoning
from tests.factories.accounts import UserFactory
from tests.factories.territory import CommuneFactory, ZoneFactory
from tests.support.kept_rows import KeptRows
from tests.support.uploads import pdf_bytes

# A Monday morning in Orléans; tests that care about dates pass their own.
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ORDER = (
    *(CaseFileState.DRAFT, CaseFileState.SUBMITTED),
    *(CaseFileState.UNDER_REVIEW, CaseFileState.PROPOSED),
)


_REFERENCE_ROWS = KeptRows(load_reference_rows)


def reference_rows() -> None:
    """Rates and pieces as they come with the portal."""
    if not Rate.objects.exists():
        _REFERENCE_ROWS.put()


def aided_commune(**fields: Any) -> Commune:
    """A commune where the aid is open to physiotherapists, dentists and doctors."""
    commune: Commune = CommuneFactory(**fields)
    for zoning, zone_class in (
        (Zoning.PHYSIOTHERAPIST, ZoneClass.INTERMEDIATE),
        (Zoning.DENTIST, ZoneClass.VERY_UNDERSERVED),
        (Zoning.DOCTOR, ZoneClass.COMPLEMENTARY),
    ):
        ZoneFactory(commune=commune, zoning=zoning, zone_class=zone_class)
    return commune


def stored_pdf(by: User | None = None, *, name: str = "piece.pdf") -> StoredFile:
    """A real one-page PDF."""
    return store_bytes(pdf_bytes(), name=name, content_type="application/pdf", uploaded_by=by)


def staff_member(role: Role, programme: str = "installation") -> User:
    user: User = UserFactory(grants=[(role, programme)])
    return user


def fill_installation(case_file: CaseFile, **answers: Any) -> None:
    """Answer every question of the installation aid; `answers` override the usual ones."""
    values: dict[str, Any] = {
        "profession": "masseur-kinesitherapeute",
        "is_first_installation": True,
        "structure_kind": "msp",
        "structure_name": "Maison de santé Démo",
        "address": "1 rue de la Démo",
        "starts_on": date(2027, 1, 4),
        "practice_mode": "liberal",
        "supervisor": "promesse",
        "has_other_aid": False,
        **answers,
    }
    case_file.commune = values.pop("commune", None) or aided_commune()
    case_file.postal_address = "12 rue de la Démo\n45000 Orléans"
    case_file.save(update_fields=["commune", "postal_address"])
    detail = case_file.installation_detail
    for name, value in values.items():
        setattr(detail, name, value)
    detail.save(update_fields=list(values))


def join_documents(case_file: CaseFile, by: User, *, at: datetime) -> None:
    """One PDF for each piece that is asked."""
    for row in document_rows(case_file):
        if not row.is_answered:
            add_documents(case_file=case_file, kind=row.kind, files=[stored_pdf(by)], by=by, at=at)


def installation_file(
    *,
    until: CaseFileState = CaseFileState.SUBMITTED,
    applicant: User | None = None,
    caseworker: User | None = None,
    at: datetime = START,
    outcome: Outcome = Outcome.GRANT,
    amount: Decimal | None = None,
    **answers: Any,
) -> CaseFile:
    """A file of the installation aid, walked to `until` (draft … proposed), an hour a step.

    The amount proposed is the computed one, unless said otherwise.
    """
    reference_rows()
    applicant = applicant or UserFactory()
    case_file = start_case_file(
        programme="installation", applicant=applicant, channel=Channel.ONLINE, at=at
    )
    fill_installation(case_file, **answers)
    join_documents(case_file, applicant, at=at)
    steps = ORDER[1 : ORDER.index(until) + 1]
    for hours, state in enumerate(steps, start=1):
        when = at + timedelta(hours=hours)
        if state == CaseFileState.SUBMITTED:
            case_file = perform(case_file, "submit", actor=applicant, at=when)
            continue
        caseworker = caseworker or staff_member(Role.CASEWORKER)
        if state == CaseFileState.UNDER_REVIEW:
            case_file = perform(case_file, "start_review", actor=caseworker, at=when)
        else:
            case_file = propose(
                case_file=case_file,
                actor=caseworker,
                outcome=outcome,
                amount=amount or case_file.computed_amount,
                reason=_reason(outcome, amount, case_file),
                at=when,
            )
    return case_file


def _reason(outcome: Outcome, amount: Decimal | None, case_file: CaseFile) -> str:
    """A refusal has a reason, and so has an amount that is not the computed one."""
    if outcome == Outcome.REJECT:
        return "Lieu hors des zones aidées."
    return "" if amount in (None, case_file.computed_amount) else "Temps partiel."


def ask_corrections(
    case_file: CaseFile,
    *,
    by: User,
    at: datetime = START + timedelta(days=1),
    due_on: date = date(2026, 11, 30),
) -> CaseFile:
    """The guichet asks for one answer and one piece again."""
    return request_changes(
        case_file=case_file,
        actor=by,
        points=[
            Point(
                target=ChangeTarget.ANSWER,
                key="lieu.address",
                label="Adresse du lieu",
                reason="Il manque le numéro de la rue.",
            ),
            Point(
                target=ChangeTarget.DOCUMENT,
                key="bail",
                label="Bail, promesse de bail ou titre de propriété",
                reason="La dernière page manque.",
            ),
        ],
        due_on=due_on,
        message="Deux points à revoir avant l’étude.",
        at=at,
    )
