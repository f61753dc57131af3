"""What is cut in two: a request sent, payments validated, a session closed; by their pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus
from apps.awards.models import AgendaItem, Instalment
from apps.awards.payments import unvalidate_payment
from apps.awards.votes import fingerprint, record_votes
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from apps.demo.people import DOMAIN
from apps.files.models import StoredFile
from apps.notifications.models import OutgoingEmail
from tests.attack.server import Server
from tests.attack.visitor import Answer, Visitor
from tests.factories.awards import FOLLOW, listed_item, planned_session
from tests.factories.casefiles import installation_file

_HELD_ON = date(2026, 11, 20)
_LISTED_AT = datetime(2026, 11, 10, 9, tzinfo=UTC)
_AMOUNT = Decimal(1000)


@dataclass(frozen=True)
class State:
    """What a step may change of its case files, without keys, to be compared."""

    files: tuple[Any, ...]
    emails: tuple[tuple[str, int], ...]


class Step(ABC):
    """`prepare` makes a new subject in the state before; `ask` is the page's request."""

    name: str
    _visitor: Visitor

    def __init__(self, server: Server) -> None:
        self.server = server

    @abstractmethod
    def prepare(self) -> None: ...

    @abstractmethod
    def ask(self) -> Answer: ...

    def sign_in_again(self) -> None:
        """A session that was idle for too long, or seemed to be, is over."""
        self._visitor.sign_in(self._visitor.user)

    @abstractmethod
    def case_files(self) -> list[CaseFile]: ...

    def state(self) -> State:
        files = self.case_files()
        references = [case_file.reference for case_file in files]
        emails = OutgoingEmail.objects.filter(related_reference__in=references)
        return State(
            files=tuple(_facts(case_file) for case_file in files),
            emails=tuple(sorted(Counter(emails.values_list("kind", flat=True)).items())),
        )

    def _agent(self, login: str) -> User:
        user: User = User.objects.get(email=f"{login}@{DOMAIN}")
        return user


class Sending(Step):
    name = "a request is sent"

    def prepare(self) -> None:
        self._file = installation_file(until=CaseFileState.DRAFT)
        self._visitor = Visitor(self.server)
        assert self._file.applicant is not None
        self._visitor.sign_in(self._file.applicant)

    def ask(self) -> Answer:
        path = reverse("casefiles:check", args=[self._file.reference])
        version = CaseFile.objects.get(pk=self._file.pk).version
        return self._visitor.post(path, expected_version=version, is_exact="on")

    def case_files(self) -> list[CaseFile]:
        return [CaseFile.objects.get(pk=self._file.pk)]


class Validating(Step):
    """The same payment again and again: its validation is taken back in between."""

    name = "a payment is validated"

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._visitor = Visitor(server, "comptable")
        due = Instalment.objects.filter(status=InstalmentStatus.DUE)
        answers = (self._is_accepted(item) for item in due.order_by("pk"))
        self._item = next(item for item in answers if item)

    def _is_accepted(self, item: Instalment) -> Instalment | None:
        self._item = item
        self.ask()
        item.refresh_from_db()
        return item if item.status == InstalmentStatus.VALIDATED else None

    def prepare(self) -> None:
        self._item.refresh_from_db()
        if self._item.status == InstalmentStatus.VALIDATED:
            unvalidate_payment(
                instalment=self._item, actor=self._visitor.user, reason="Encore une fois."
            )
        self._events = self.case_files()[0].events.count()

    def ask(self) -> Answer:
        return self._visitor.post(
            reverse("admin:awards_instalment_validate"), versement=self._item.pk
        )

    def case_files(self) -> list[CaseFile]:
        return [CaseFile.objects.get(pk=self._item.case_file_id)]

    def state(self) -> State:
        """Events are counted from the last preparation on."""
        found = super().state()
        events = self.case_files()[0].events.count() - self._events
        return State(files=(*found.files[0][2:], events), emails=found.emails)


class Closing(Step):
    """One award and one refusal."""

    name = "a session is closed"

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._visitor = Visitor(server, "responsable")

    def prepare(self) -> None:
        actor = self._visitor.user
        self._session = planned_session(actor=actor, held_on=_HELD_ON)
        for outcome, amount in ((Outcome.GRANT, _AMOUNT), (Outcome.REJECT, None)):
            listed_item(
                session=self._session,
                actor=actor,
                at=_LISTED_AT,
                outcome=outcome,
                amount=amount,
            )
        items = self._items()
        record_votes(
            session=self._session,
            votes={item.pk: FOLLOW for item in items},
            actor=actor,
            expected=fingerprint(items),
        )

    def ask(self) -> Answer:
        return self._visitor.post(
            reverse("admin:awards_session_close", args=[self._session.pk]),
            deliberation="D07",
            expected=fingerprint(self._items()),
        )

    def case_files(self) -> list[CaseFile]:
        return list(CaseFile.objects.filter(agenda_items__session=self._session).order_by("pk"))

    def _items(self) -> list[AgendaItem]:
        return list(
            AgendaItem.objects.filter(session=self._session)
            .select_related("case_file")
            .order_by("position")
        )

    def state(self) -> State:
        found = super().state()
        self._session.refresh_from_db()
        items = tuple((item.status, item.vote) for item in self._items())
        status = (self._session.status, self._session.report_id is not None, items)
        return State(files=(*found.files, status), emails=found.emails)


def _facts(case_file: CaseFile) -> tuple[Any, ...]:
    return (
        case_file.events.count(),
        case_file.version,
        case_file.state,
        case_file.letters.count(),
        tuple(case_file.decisions.order_by("pk").values_list("outcome", "decided_on")),
        tuple(case_file.instalments.order_by("rank").values_list("amount", "status")),
        StoredFile.objects.filter(letter__case_file=case_file).count(),
    )


STEPS: tuple[type[Step], ...] = (Sending, Validating, Closing)
