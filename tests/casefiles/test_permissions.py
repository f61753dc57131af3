from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles.documents import review_document
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import is_staff_on
from apps.casefiles.transitions import MoveRefusedError, perform
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db


def test_nobody_handles_their_own_request(caseworker: User, superuser: User) -> None:
    for person in (caseworker, superuser):
        case_file = installation_file(applicant=person)

        with pytest.raises(MoveRefusedError, match="C’est votre propre demande"):
            perform(case_file, "start_review", actor=person)
        assert not is_staff_on(person, case_file)
        assert case_file not in CaseFile.objects.at_desk_of(person)
        assert case_file in CaseFile.objects.visible_to(person)


@pytest.mark.parametrize(
    ("persona", "sees"),
    [
        *(("caseworker", True), ("head", True), ("accountant", True)),
        *(("auditor", True), ("superuser", True)),
        *(("committee_member", False), ("foreign_caseworker", False)),
        *(("editor", False), ("applicant", False)),
    ],
)
def test_desk_shows_the_files_of_one_s_programmes(
    request: pytest.FixtureRequest, applicant: User, persona: str, sees: bool
) -> None:
    sent = installation_file(applicant=applicant)
    installation_file(until=CaseFileState.DRAFT)  # unsent: nobody's but the person's

    shown = list(CaseFile.objects.at_desk_of(request.getfixturevalue(persona)))

    assert shown == ([sent] if sees else [])


def test_pieces_are_not_checked_once_the_request_is_closed(caseworker: User) -> None:
    case_file = perform(installation_file(), "dismiss", actor=caseworker, comment="Sans nouvelles.")
    document = case_file.documents.first()
    assert document is not None

    with pytest.raises(Exception, match="tant que la demande est à l’étude"):
        review_document(document=document, by=caseworker, accepted=True)


def test_file_typed_in_at_the_desk_is_seen_before_it_is_sent(caseworker: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT)
    CaseFile.objects.filter(pk=case_file.pk).update(channel=Channel.DESK, filed_by=caseworker)

    assert list(CaseFile.objects.at_desk_of(caseworker)) == [case_file]
