"""The chained story: the same digests in SQL and in Python, and attacks with raw SQL, made as a
superuser would: triggers and foreign keys switched off."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.enums import Channel, EventKind
from apps.casefiles.event_chain import GENESIS, event_digest, text_digest
from apps.casefiles.events import record_event
from apps.casefiles.log_seals import seal_log, why_not_seal_holds
from apps.casefiles.log_verification import find_faults
from apps.casefiles.models import CaseFile, CaseFileEvent, EventHead, LogSeal
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START
from tests.support.text import plain
from tests.support.threads import race

TODAY = date(2026, 11, 20)


def bare_file(number: int = 1) -> CaseFile:
    """A file of no programme: nothing but its story counts here."""
    return CaseFile.objects.create(
        reference=f"ESS-2026-{number:05}-X",
        programme="essai",
        channel=Channel.DESK,
        filed_by=UserFactory(),
        created_at=START,
        state_changed_at=START,
    )


def told(case_file: CaseFile, *, times: int = 4) -> CaseFile:
    for number in range(1, times + 1):
        record_event(
            case_file,
            EventKind.MESSAGE_SENT,
            actor=case_file.filed_by,
            at=START + timedelta(hours=number),
            comment=f"n° {number} « l’été »\n",
            payload={"label": f"Message {number}", "b": [1, None, True], "aa": {"é": "\u0007"}},
        )
    return case_file


def attack(sql: str) -> None:
    """As a superuser: neither trigger nor foreign key answers."""
    sql = sql.replace("EVENTS", "casefiles_casefileevent").replace("HEADS", "casefiles_eventhead")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")


def faults() -> list[str]:
    return [str(fault) for fault in find_faults()]


def chain_in_python(case_file: CaseFile) -> tuple[list[bytes], bytes]:
    """What each event should carry, and the digest of the last one."""
    carried, previous = [], GENESIS
    for event in case_file.events.order_by("sequence"):
        carried.append(previous)
        assert event.salt is not None
        text = text_digest(
            salt=event.salt, actor=event.actor_id, comment=event.comment, payload=event.payload
        )
        previous = event_digest(
            previous=previous,
            text=text,
            case_file=case_file.pk,
            sequence=event.sequence,
            kind=event.kind,
            at=event.at,
            transition=event.transition,
            from_state=event.from_state,
            to_state=event.to_state,
            is_public=event.is_public,
        )
    return carried, previous


@pytest.mark.django_db
def test_each_event_carries_the_digest_of_the_one_before() -> None:
    case_file = told(bare_file())

    events = case_file.events.order_by("sequence")
    carried, last = chain_in_python(case_file)
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert [bytes(event.previous_digest) for event in events] == carried
    head = EventHead.objects.get(case_file=case_file)
    assert (head.count, bytes(head.digest)) == (4, last)
    assert faults() == []


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(comment=_texts, payload=st.dictionaries(_texts, _json, max_size=4))
def test_python_and_postgresql_write_the_same_bytes(comment: str, payload: dict[str, Any]) -> None:
    with transaction.atomic():
        case_file = bare_file()
        record_event(
            case_file,
            EventKind.AWARD_FOLLOWED,
            actor=None,
            at=START + timedelta(microseconds=7),
            comment=comment,
            payload=payload,
            is_public=False,
        )
        head = EventHead.objects.get(case_file=case_file)
        assert bytes(head.digest) == chain_in_python(case_file)[1]
        transaction.set_rollback(True)


def test_a_number_that_is_not_whole_is_refused_in_python() -> None:
    with pytest.raises(TypeError, match="PostgreSQL"):
        text_digest(salt=UUID(int=7), actor=None, comment="", payload={"x": 0.1})


SWAP_TWO = """
    UPDATE EVENTS SET sequence = sequence + 100 WHERE sequence IN (2, 3);
    UPDATE EVENTS SET sequence = 105 - sequence WHERE sequence > 100
"""
REMOVE_AND_RENUMBER = """
    DELETE FROM EVENTS WHERE sequence = 2;
    UPDATE EVENTS SET sequence = sequence - 1 WHERE sequence > 2;
    UPDATE HEADS SET count = count - 1
"""
BLANK = """
    UPDATE EVENTS SET salt = NULL, text_digest = sha256('x'), comment = '', payload = '{}',
        actor_id = NULL
    WHERE sequence = 2
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE EVENTS SET comment = 'Rien.' WHERE sequence = 2", "n° 2 : il a été modifié"),
        ("UPDATE EVENTS SET payload = '{}' WHERE sequence = 2", "n° 2 : il a été modifié"),
        ("UPDATE EVENTS SET kind = 'created' WHERE sequence = 1", "n° 1 : il a été modifié"),
        (
            "UPDATE EVENTS SET at = at - interval '1 microsecond' WHERE sequence = 3",
            "n° 3 : il a été modifié",
        ),
        ("UPDATE EVENTS SET is_public = false WHERE sequence = 4", "n° 4 : il a été modifié"),
        ("UPDATE EVENTS SET actor_id = NULL WHERE sequence = 3", "n° 3 : il a été modifié"),
        ("DELETE FROM EVENTS WHERE sequence = 1", "n° 1 : il manque"),
        ("DELETE FROM EVENTS WHERE sequence = 2", "n° 2 : il manque"),
        ("DELETE FROM EVENTS WHERE sequence = 4", "n° 4 : il manque, avec tous"),
        ("DELETE FROM EVENTS WHERE sequence > 1", "n° 2 : il manque, avec tous"),
        ("DELETE FROM EVENTS", "n° 1 : toute l’histoire a disparu"),
        (
            SWAP_TWO,
            "n° 1 : il a été modifié ou remplacé",
        ),
        (
            REMOVE_AND_RENUMBER,
            "n° 1 : il a été modifié ou remplacé",
        ),
        ("DELETE FROM HEADS", "n° 1 : la fin du journal"),
        (
            BLANK,
            "n° 2 : ses mots ont disparu",
        ),
    ],
)
def test_raw_sql_is_found_and_the_first_broken_link_named(sql: str, found: str) -> None:
    told(bare_file(1))
    attack(sql)
    whole = told(bare_file(2))

    report = faults()
    assert len(report) == 1
    assert found in plain(report[0])
    assert report[0].startswith("ESS-2026-00001-X")
    assert whole.reference not in report[0]


@pytest.mark.django_db
def test_a_log_rewritten_from_end_to_end_breaks_the_seal() -> None:
    """The one who owns the database chains it all again; the mail of the day before tells."""
    files = [told(bare_file())]
    seal = seal_log(on=TODAY, at=START)
    assert seal is not None
    assert (seal.files, seal.events, seal.faults) == (1, 4, 0)
    record_event(files[0], EventKind.MESSAGE_SENT, actor=None, at=START)
    files.append(told(bare_file(2)))
    assert why_not_seal_holds(seal.digest) == ""

    attack("DELETE FROM EVENTS; DELETE FROM HEADS")
    for case_file in files:
        told(case_file)
    assert faults() == []
    assert (
        plain(why_not_seal_holds()) == "Les dossiers ne donnent plus le relevé du 20 novembre 2026."
    )

    attack("UPDATE HEADS SET sealed_count = count, sealed_digest = digest")
    assert why_not_seal_holds() != ""


@pytest.mark.django_db
def test_a_last_event_removed_with_its_head_is_missed_from_the_seal_on() -> None:
    """Whoever also rewinds the head of the file, and takes the guard away that ties it to the
    seal, forgets what the night sealed."""
    told(bare_file())
    seal_log(on=TODAY, at=START)

    attack(
        """
        SET CONSTRAINTS ALL IMMEDIATE;
        ALTER TABLE HEADS DROP CONSTRAINT event_head_sealed_before_end;
        UPDATE HEADS AS head SET count = 3, digest = last.previous_digest
        FROM EVENTS AS last WHERE last.case_file_id = head.case_file_id AND last.sequence = 4;
        DELETE FROM EVENTS WHERE sequence = 4
        """
    )

    [fault] = faults()
    assert "n° 4 : il manque, avec tous" in plain(fault)


@pytest.mark.django_db
def test_a_story_rewritten_behind_its_sealed_head_is_named() -> None:
    """The seal is left as it was: the story no longer passes through what was sealed."""
    case_file = told(bare_file())
    seal_log(on=TODAY, at=START)
    sealed = EventHead.objects.get(case_file=case_file).sealed_digest
    attack("DELETE FROM EVENTS; DELETE FROM HEADS")
    told(case_file)
    EventHead.objects.filter(case_file=case_file).update(sealed_count=4, sealed_digest=sealed)

    assert why_not_seal_holds() == ""
    [fault] = faults()
    assert plain(fault).endswith("n° 4 : l’histoire a été réécrite depuis le dernier relevé.")


@pytest.mark.django_db
def test_the_night_tells_each_auditor_once(auditor: User) -> None:
    UserFactory(grants=[(Role.CASEWORKER, "installation")])
    told(bare_file())

    seal = seal_log(on=TODAY, at=START)
    assert seal is not None
    assert seal_log(on=TODAY, at=START) is None

    [email] = OutgoingEmail.objects.all()
    assert (email.kind, email.to) == ("log-seal", auditor.email)
    assert seal.digest in email.text
    assert "Rien n’a été modifié" in email.text
    next_day = seal_log(on=TODAY + timedelta(days=1), at=START)
    assert next_day is not None
    assert next_day.previous_digest == seal.digest
    assert next_day.digest != seal.digest


@pytest.mark.django_db
def test_the_night_names_what_it_found(auditor: User) -> None:
    told(bare_file())
    attack("UPDATE EVENTS SET comment = 'Rien.' WHERE sequence = 2")

    seal = seal_log(on=TODAY, at=START)

    assert seal is not None
    assert seal.faults == 1
    [email] = OutgoingEmail.objects.all()
    assert plain(email.subject).endswith("relevé du 20 novembre 2026, 1 anomalie")
    assert "ESS-2026-00001-X, événement n° 2 : il a été modifié" in plain(email.text)


@pytest.mark.django_db
def test_the_command_fails_with_what_it_found() -> None:
    told(bare_file())
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert plain(out.getvalue()) == "L’histoire des dossiers est entière. Événements : 4."

    seal_log(on=TODAY, at=START)
    with pytest.raises(CommandError, match="1 défaut"):
        call_command("verify_log", "--expect", "0" * 64, stdout=out)
    attack("DELETE FROM EVENTS WHERE sequence = 3")
    with pytest.raises(CommandError, match="1 défaut"):
        call_command("verify_log", stdout=out)
    assert "événement n° 3 : il manque" in plain(out.getvalue())


@pytest.mark.django_db
def test_one_query_reads_however_many_files(django_assert_num_queries: Any) -> None:
    """Two queries, each between a savepoint and its release."""
    told(bare_file(1))
    with django_assert_num_queries(6):
        faults()
    for number in (2, 3):
        told(bare_file(number))
    with django_assert_num_queries(6):
        faults()


@pytest.mark.django_db
def test_what_python_sends_for_the_chain_is_ignored() -> None:
    case_file = told(bare_file(), times=1)
    CaseFileEvent.objects.bulk_create(
        CaseFileEvent(
            case_file=case_file,
            kind=EventKind.MESSAGE_SENT,
            at=START,
            sequence=9,
            previous_digest=b"x" * 32,
            text_digest=b"y" * 32,
        )
        for _ in range(2)
    )

    assert [*case_file.events.order_by("id").values_list("sequence", flat=True)] == [1, 2, 3]
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_two_agents_append_to_one_file_at_the_same_moment() -> None:
    case_file = told(bare_file(), times=1)

    def append() -> None:
        with transaction.atomic():
            for _ in range(5):
                record_event(case_file, EventKind.MESSAGE_SENT, actor=None, at=START)

    assert race(*[append] * 4) == [None] * 4
    assert case_file.events.count() == 21
    assert faults() == []
    assert LogSeal.objects.count() == 0
