"""The signed link of a third person: sent, opened with a code, disowned, sent again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.awards.attestation_links import (
    LinkState,
    check_code,
    designate_attester,
    disown,
    find_link,
    link_state,
    send_code,
    send_link,
    short_name,
    why_not_send,
)
from apps.awards.attestation_reminders import ask_attestations
from apps.awards.attestations import Presences, attest
from apps.awards.enums import Presence
from apps.awards.models import AttestationLink
from apps.awards.programmes import Attester
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from tests.factories.internships import (
    ASKED_AT,
    granted_internship,
    sent_link,
)
from tests.support.mail import emails
from tests.support.stories import statuses, story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signed_placement")]

WHOLE = Presences(presence=Presence.WHOLE)
TANIA = Attester(name="Tania Tutrice", email="tania@exemple.fr", capacity="tutrice de stage")


# --- The link


def test_link_is_sent_once_a_month_is_over(internship: CaseFile) -> None:
    presence_link, token = sent_link(internship)

    (sent,) = emails("awards-attestation")
    assert (sent.to, sent.is_sensitive) == ("tuteur@exemple.fr", True)
    assert "Alice M." in sent.text
    assert "Martin" not in sent.text
    assert token not in presence_link.token_digest
    assert find_link(token) == presence_link
    assert presence_link.expires_at == ASKED_AT + timedelta(days=30)
    assert statuses(internship) == ["awaited", "planned", "planned"]
    assert "Présence à confirmer : lien envoyé à Thomas Tuteur" in story(internship)


def test_link_waits_for_the_end_of_the_month(internship: CaseFile) -> None:
    with pytest.raises(MoveRefusedError, match="Aucun mois n’attend"):
        send_link(case_file=internship, at=ASKED_AT - timedelta(days=1))


def test_link_waits_for_the_agreement() -> None:
    assert why_not_send(granted_internship(amount=Decimal(300)), on=date(2026, 12, 1)) == (
        "Une présence se confirme une fois la convention active."
    )


def test_only_the_guichet_asks_for_a_link_by_hand(internship: CaseFile, caseworker: User) -> None:
    """`caseworker` handles another programme."""
    with pytest.raises(MoveRefusedError, match="pour ce dispositif"):
        send_link(case_file=internship, actor=caseworker, at=ASKED_AT)


@pytest.mark.parametrize(
    "token", ["", "x", "0" * 43, "é" * 40, "../../etc/passwd", "%00", "a" * 5000]
)
def test_nonsense_token_finds_nothing_by_the_same_work(
    presence_link: AttestationLink, token: str, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert find_link(token) is None


@pytest.mark.parametrize(
    ("first", "last", "short"), [("Alice", "Martin", "Alice M."), ("Zoé", "", "Zoé")]
)
def test_a_third_person_reads_a_first_name_and_an_initial(
    first: str, last: str, short: str
) -> None:
    assert short_name(CaseFile(first_name=first, last_name=last)) == short


def test_link_expires(presence_link: AttestationLink) -> None:
    end = presence_link.expires_at
    assert link_state(presence_link, at=end - timedelta(seconds=1)) is LinkState.OPEN
    assert link_state(presence_link, at=end) is LinkState.EXPIRED
    with pytest.raises(MoveRefusedError, match="n’est plus valable"):
        attest(
            link=presence_link,
            instalment_id=presence_link.case_file.instalments.get(rank=1).pk,
            answer=WHOLE,
            at=end,
        )


def test_broken_agreement_closes_the_link(presence_link: AttestationLink) -> None:
    presence_link.case_file.state = CaseFileState.TERMINATED
    assert link_state(presence_link, at=ASKED_AT) is LinkState.OVER


# --- The code


def last_code() -> str:
    found = re.search(r"\b\d{6}\b", emails("awards-attestation-code")[-1].text)
    assert found
    return found.group()


def test_code_opens_once(presence_link: AttestationLink) -> None:
    send_code(presence_link, at=ASKED_AT)
    code = last_code()

    assert presence_link.codes.get().digest != code
    assert check_code(presence_link, f" {code} ", at=ASKED_AT)
    assert not check_code(presence_link, code, at=ASKED_AT)


def test_code_of_another_link_opens_nothing(presence_link: AttestationLink) -> None:
    other = sent_link(presence_link.case_file, at=ASKED_AT + timedelta(days=1))[0]
    send_code(other, at=ASKED_AT + timedelta(days=1))
    assert not check_code(presence_link, last_code(), at=ASKED_AT + timedelta(days=1))


def test_code_expires(presence_link: AttestationLink) -> None:
    send_code(presence_link, at=ASKED_AT)
    assert not check_code(presence_link, last_code(), at=ASKED_AT + timedelta(minutes=15))


def test_five_wrong_codes_close_the_right_one(presence_link: AttestationLink) -> None:
    send_code(presence_link, at=ASKED_AT)
    code = last_code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert not check_code(presence_link, wrong, at=ASKED_AT)
    assert not check_code(presence_link, code, at=ASKED_AT)


def test_one_code_a_minute(presence_link: AttestationLink) -> None:
    for seconds in (0, 59, 60):
        send_code(presence_link, at=ASKED_AT + timedelta(seconds=seconds))
    assert len(emails("awards-attestation-code")) == 2


def test_no_code_for_a_link_that_is_worth_nothing(presence_link: AttestationLink) -> None:
    send_code(presence_link, at=presence_link.expires_at)
    assert emails("awards-attestation-code") == []


# --- Not the right person


def test_disowned_address_is_never_written_to_again(
    internship: CaseFile, presence_link: AttestationLink
) -> None:
    for _ in range(2):
        disown(link=presence_link, at=ASKED_AT)

    assert link_state(presence_link, at=ASKED_AT) is LinkState.DISOWNED
    assert story(internship).count("L’adresse de Thomas Tuteur n’est pas la bonne") == 1
    assert ask_attestations(at=ASKED_AT + timedelta(days=40)) == 0
    with pytest.raises(MoveRefusedError, match="n’est pas la bonne"):
        send_link(case_file=internship, at=ASKED_AT)


def test_another_attester_makes_older_links_worthless(
    internship: CaseFile, presence_link: AttestationLink, internship_agent: User
) -> None:
    designate_attester(case_file=internship, actor=internship_agent, attester=TANIA, at=ASKED_AT)
    presence_link.refresh_from_db()  # as its page does: with the file, and who attests now

    assert link_state(presence_link, at=ASKED_AT) is LinkState.REPLACED
    assert ask_attestations(at=ASKED_AT) == 1
    assert emails("awards-attestation")[-1].to == "tania@exemple.fr"


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("TUTEUR@exemple.fr", "signalée comme n’étant pas la bonne"),
        ("etudiante@exemple.fr", "sa propre présence"),
    ],
)
def test_wrong_attester_is_refused(
    internship: CaseFile,
    presence_link: AttestationLink,
    internship_agent: User,
    email: str,
    reason: str,
) -> None:
    CaseFile.objects.filter(pk=internship.pk).update(email="Etudiante@exemple.fr")
    disown(link=presence_link, at=ASKED_AT)
    attester = Attester(name="X", email=email, capacity="tuteur")
    with pytest.raises(MoveRefusedError, match=reason):
        designate_attester(
            case_file=internship, actor=internship_agent, attester=attester, at=ASKED_AT
        )


# --- Reminders


def test_reminders_come_weekly_three_times_then_stop(internship: CaseFile) -> None:
    sent = [ask_attestations(at=ASKED_AT + timedelta(days=day)) for day in range(30)]

    assert [day for day, count in enumerate(sent) if count] == [0, 7, 14, 21]
    subjects = [email.subject.replace("\u00a0", " ") for email in emails("awards-attestation")]
    assert subjects[0] == "Présence à confirmer : Alice M."
    assert subjects[1] == "Rappel, présence à confirmer : Alice M."


def test_job_run_twice_sends_once(internship: CaseFile) -> None:
    assert [ask_attestations(at=ASKED_AT), ask_attestations(at=ASKED_AT)] == [1, 0]


def test_next_month_is_asked_with_those_that_still_wait(internship: CaseFile) -> None:
    ask_attestations(at=ASKED_AT)
    assert ask_attestations(at=ASKED_AT + timedelta(days=31)) == 1
    assert statuses(internship) == ["awaited", "awaited", "planned"]


def test_confirmed_month_is_no_longer_asked(presence_link: AttestationLink) -> None:
    month = presence_link.case_file.instalments.get(rank=1)
    attest(link=presence_link, instalment_id=month.pk, answer=WHOLE, at=ASKED_AT)
    assert ask_attestations(at=ASKED_AT + timedelta(days=8)) == 0


def test_nobody_is_asked_about_an_act_of_the_archive(
    internship: CaseFile, internship_agent: User
) -> None:
    CaseFile.objects.filter(pk=internship.pk).update(channel="archive", filed_by=internship_agent)
    assert ask_attestations(at=ASKED_AT) == 0
