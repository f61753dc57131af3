"""Where files are sent: a piece of a draft of the demo town, by its applicant."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse

from apps.casefiles.models import CaseFile, Document, DocumentKind
from apps.files.models import StoredFile
from tests.attack.server import Server
from tests.attack.visitor import Answer, Visitor


class Target:
    """A draft of the demo town, the piece that is sent, and what there is of it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.case_file = CaseFile.objects.filter(
            state="draft", programme="installation", applicant__isnull=False
        ).earliest("pk")
        self.visitor = Visitor(server)
        self.visitor.sign_in(self.case_file.applicant)
        self.kind = DocumentKind.objects.get(programme="installation", slug="bail")
        self.path = reverse("casefiles:piece", args=[self.case_file.reference, self.kind.slug])

    def send(self, *files: tuple[str, bytes]) -> Answer:
        return self.visitor.send(self.path, "uploads", list(files))

    def documents(self) -> list[Document]:
        return list(Document.objects.filter(case_file=self.case_file).select_related("file"))

    def traces(self) -> tuple[int, int, int, int]:
        """Rows, documents, files on disk, temporary files."""
        return (
            StoredFile.objects.count(),
            Document.objects.count(),
            _count(self.server.files),
            _count(self.server.temporary),
        )


def _count(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))
