"""The shared case file, whatever the programme."""

from apps.casefiles.models.access import DocumentAccess
from apps.casefiles.models.campaign import Campaign
from apps.casefiles.models.casefile import CaseFile
from apps.casefiles.models.changes import ChangeItem, ChangeRequest
from apps.casefiles.models.co_editor import CoEditor
from apps.casefiles.models.decision import Decision
from apps.casefiles.models.detail import PlacedDetail
from apps.casefiles.models.document import Document, DocumentKind, DocumentPromise
from apps.casefiles.models.event import CaseFileEvent
from apps.casefiles.models.event_head import EventHead, LogSeal
from apps.casefiles.models.followup import FollowUpCode
from apps.casefiles.models.letter import Letter
from apps.casefiles.models.look import FileLook, LookKind
from apps.casefiles.models.message import Message, Note
from apps.casefiles.models.opening import CaseFileOpening
from apps.casefiles.models.rate import Rate
from apps.casefiles.models.reference import ReferenceCounter

__all__ = [
    "Campaign",
    "CaseFile",
    "CaseFileEvent",
    "CaseFileOpening",
    "ChangeItem",
    "ChangeRequest",
    "CoEditor",
    "Decision",
    "Document",
    "DocumentAccess",
    "DocumentKind",
    "DocumentPromise",
    "EventHead",
    "FileLook",
    "FollowUpCode",
    "Letter",
    "LogSeal",
    "LookKind",
    "Message",
    "Note",
    "PlacedDetail",
    "Rate",
    "ReferenceCounter",
]
