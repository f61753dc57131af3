"""The pieces of a file: what is asked, what has come, what is announced, what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, ChangeTarget, Channel, EventKind, ReviewStatus
from apps.casefiles.events import record_event
from apps.casefiles.models import (
    CaseFile,
    ChangeItem,
    Document,
    DocumentKind,
    DocumentPromise,
)
from apps.casefiles.models.document import DocumentKindQuerySet
from apps.casefiles.permissions import why_not_fill_in, why_not_review_documents
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.core.compiled import instances
from apps.files.enums import ScanStatus
from apps.files.models import StoredFile


class PieceStatus(StrEnum):
    """Where a piece stands; computed from its documents and promise."""

    MISSING = "missing"
    PROMISED = "promised"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {
            "missing": "À joindre",
            "promised": "Annoncée",
            "received": "Reçue",
            "accepted": "Acceptée",
            "refused": "À remplacer",
        }[self.value]

    @property
    def tone(self) -> str:
        """Of its chip (docs/components.md)."""
        return {
            "missing": "todo",
            "promised": "info",
            "received": "ok",
            "accepted": "ok",
            "refused": "no",
        }[self.value]


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """One piece asked for a file, with what answers it."""

    kind: DocumentKind
    documents: tuple[Document, ...]
    promise: DocumentPromise | None
    change: ChangeItem | None = None

    @property
    def status(self) -> PieceStatus:
        """Refused while nothing new came; accepted once all that counts is accepted.

        A document with a virus counts for nothing: nobody can open it. Nor does what came before
        the piece was asked again.
        """
        is_awaited = self.change is not None and self.change.answered_at is None
        valid = [
            item
            for item in self.documents
            if item.status != ReviewStatus.REFUSED and item.file.scan_status != ScanStatus.INFECTED
        ]
        if valid and not is_awaited:
            accepted = all(item.status == ReviewStatus.ACCEPTED for item in valid)
            return PieceStatus.ACCEPTED if accepted else PieceStatus.RECEIVED
        if (
            self.promise and not is_awaited
        ):  # later than a refused document: a new one ends the promise
            return PieceStatus.PROMISED
        return PieceStatus.REFUSED if self.documents else PieceStatus.MISSING

    @property
    def is_answered(self) -> bool:
        """Whether the applicant did their part: a file, or a reason and a date."""
        return self.status not in (PieceStatus.MISSING, PieceStatus.REFUSED)


def document_rows(case_file: CaseFile) -> list[DocumentRow]:
    """Every piece asked for the file, in order.

    One query, whatever the number of pieces; one more while corrections are awaited.
    """
    programme = programmes[case_file.programme]
    changes = _asked_again(case_file) if case_file.state == CaseFileState.INCOMPLETE else {}
    kinds = instances(_kinds_and_answers, programme=case_file.programme, case_file=case_file.pk)
    asks = case_file.channel != Channel.ARCHIVE  # the vote of an old act is its proof
    rows = []
    for kind, found in groupby(kinds):
        documents = tuple(_received(found))
        # A kind that is no longer asked still shows what was received for it.
        if documents or (kind.is_active and asks and programme.needs_document(case_file, kind)):
            promise = getattr(kind, "promise", None)
            change = changes.get(kind.slug)
            rows.append(DocumentRow(kind=kind, documents=documents, promise=promise, change=change))
    return rows


def _kinds_and_answers(*, programme: str, case_file: int) -> DocumentKindQuerySet:
    kinds = DocumentKind.objects.filter(programme=programme)
    return kinds.with_promise(case_file).with_received(case_file)


def _received(kinds: Iterable[DocumentKind]) -> Iterator[Document]:
    """Of one kind, read once a document: each document knows its kind."""
    for kind in kinds:
        document: Document | None = getattr(kind, "received", None)
        if document is not None:
            document.kind = kind
            yield document


def received_rows(case_file: CaseFile) -> list[DocumentRow]:
    """The pieces that came, in the order they are asked: one query.

    After the decision nothing more is asked: what never came, or was announced, is left out.
    """
    documents: dict[DocumentKind, list[Document]] = {}
    for document in instances(_current_documents, case_file=case_file.pk):
        documents.setdefault(document.kind, []).append(document)
    return [
        DocumentRow(kind=kind, documents=tuple(them), promise=None)
        for kind, them in documents.items()
    ]


def _current_documents(*, case_file: int) -> QuerySet[Document]:
    documents = Document.objects.filter(case_file=case_file).current()
    return documents.select_related("file", "kind", "reviewed_by")


def _asked_again(case_file: CaseFile) -> dict[str, ChangeItem]:
    """Pieces to send again, by the slug of their kind."""
    return {
        item.key: item
        for item in ChangeItem.objects.filter(
            request__case_file=case_file,
            request__answered_at=None,
            target=ChangeTarget.DOCUMENT,
        )
    }


def why_not_add_document(user: User, case_file: CaseFile, kind: DocumentKind) -> str:
    """A draft takes any piece; later, a piece that is asked again or was announced."""
    if reason := why_not_fill_in(user, case_file):
        return reason
    if case_file.state == "draft":
        return ""
    if _open_change(case_file, kind) is not None:
        return ""
    if case_file.state in ("submitted", "incomplete", "under_review", "proposed", "scheduled"):
        if case_file.promises.filter(kind=kind).exists():
            return ""
        return "Cette pièce n’est pas à reprendre. Écrivez un message au guichet."
    return "Ce dossier n’attend plus de pièce."


def _open_change(case_file: CaseFile, kind: DocumentKind) -> ChangeItem | None:
    return (
        ChangeItem.objects.filter(
            request__case_file=case_file,
            request__answered_at=None,
            target=ChangeTarget.DOCUMENT,
            key=kind.slug,
        )
        .select_related("request")
        .first()
    )


@transaction.atomic
def add_documents(
    *,
    case_file: CaseFile,
    kind: DocumentKind,
    files: Sequence[StoredFile],
    by: User,
    at: datetime | None = None,
) -> list[Document]:
    """Attach stored files to a piece.

    Side effects: the promise for this piece ends, an open request for it counts as answered,
    one event. Raises ValidationError with the reason when the piece cannot be added.
    """
    at = at or clock.now()
    locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if reason := why_not_add_document(by, locked, kind):
        raise ValidationError(reason)
    documents = [
        Document.objects.create(case_file=case_file, kind=kind, file=file, added_by=by, added_at=at)
        for file in files
    ]
    case_file.promises.filter(kind=kind).delete()
    if change := _open_change(case_file, kind):
        change.answered_at = at
        change.save(update_fields=["answered_at"])
    locked.bump_version(at=at)
    record_event(
        case_file,
        EventKind.DOCUMENT_ADDED,
        actor=by,
        at=at,
        payload={"label": f"Pièce ajoutée : {kind.label}", "kind": kind.slug, "files": len(files)},
    )
    return documents


@transaction.atomic
def remove_document(*, document: Document, by: User, at: datetime | None = None) -> None:
    """Take back a document that may still be changed. The file itself is kept for the story.

    Raises ValidationError with the reason when it cannot be removed.
    """
    at = at or clock.now()
    case_file = CaseFile.objects.select_for_update(of=("self",)).get(pk=document.case_file_id)
    if document.removed_at is not None:
        return
    if reason := why_not_add_document(by, case_file, document.kind):
        raise ValidationError(reason)
    if document.status == ReviewStatus.ACCEPTED:
        raise ValidationError("Cette pièce est déjà acceptée : elle ne peut plus être retirée.")
    document.removed_at = at
    document.save(update_fields=["removed_at"])
    _reopen_point(case_file, document.kind)
    case_file.bump_version(at=at)
    record_event(
        case_file,
        EventKind.DOCUMENT_REMOVED,
        actor=by,
        at=at,
        payload={"label": f"Pièce retirée : {document.kind.label}", "kind": document.kind.slug},
    )


def _reopen_point(case_file: CaseFile, kind: DocumentKind) -> None:
    """A piece asked again and taken back is awaited again."""
    change = _open_change(case_file, kind)
    if change is None:
        return
    since = change.request.requested_at
    if not case_file.documents.current().filter(kind=kind, added_at__gte=since).exists():
        change.answered_at = None
        change.save(update_fields=["answered_at"])


@transaction.atomic
def promise_document(
    *,
    case_file: CaseFile,
    kind: DocumentKind,
    reason: str,
    expected_on: date,
    by: User,
    at: datetime | None = None,
) -> DocumentPromise:
    """« Je ne l’ai pas encore »: keep the reason and the day it is expected.

    Raises ValidationError when the day is past, the reason empty or the piece not open.
    """
    at = at or clock.now()
    locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if refusal := why_not_add_document(by, locked, kind):
        raise ValidationError(refusal)
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi vous ne l’avez pas encore."})
    if expected_on < clock.paris_date(at):
        raise ValidationError({"expected_on": "Indiquez une date à venir."})
    promise, _ = DocumentPromise.objects.update_or_create(
        case_file=case_file,
        kind=kind,
        defaults={"reason": reason.strip(), "expected_on": expected_on, "made_at": at},
    )
    if change := _open_change(case_file, kind):
        change.answered_at = at
        change.save(update_fields=["answered_at"])
    locked.bump_version(at=at)
    record_event(
        case_file,
        EventKind.DOCUMENT_PROMISED,
        actor=by,
        at=at,
        payload={
            "label": f"Pièce annoncée : {kind.label}",
            "kind": kind.slug,
            "expected_on": expected_on.isoformat(),
        },
    )
    return promise


@transaction.atomic
def review_document(
    *,
    document: Document,
    by: User,
    accepted: bool,
    comment: str = "",
    at: datetime | None = None,
) -> None:
    """Accept a document, or refuse it with a reason that the applicant will read.

    Side effect: one event, public only when a reason was given. Raises ValidationError.
    """
    at = at or clock.now()
    case_file = CaseFile.objects.select_for_update(of=("self",)).get(pk=document.case_file_id)
    if reason := why_not_review_documents(by, case_file):
        raise ValidationError(reason)
    if not accepted and not comment.strip():
        raise ValidationError({"comment": "Dites pourquoi la pièce est à remplacer."})
    document.status = ReviewStatus.ACCEPTED if accepted else ReviewStatus.REFUSED
    document.reviewed_by, document.reviewed_at = by, at
    document.comment = comment.strip()
    document.save(update_fields=["status", "reviewed_by", "reviewed_at", "comment"])
    record_event(
        case_file,
        EventKind.DOCUMENT_REVIEWED,
        actor=by,
        at=at,
        comment=document.comment,
        is_public=not accepted,
        payload={
            "label": f"Pièce {'acceptée' if accepted else 'à remplacer'} : {document.kind.label}",
            "kind": document.kind.slug,
        },
    )
