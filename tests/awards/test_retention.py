"""What awards keep by themselves goes once its length is set: codes, traces, batch files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.awards.batches import cancel_batch, open_batch_file
from apps.awards.enums import BatchFormat
from apps.awards.models import Batch, BatchDownload
from apps.awards.retention import forget_batch_files, forget_looks
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from tests.factories.payments import PAID_AT, exported, validated
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(head: User, accountant: User) -> Batch:
    return exported(validated(actor=head, accountant=accountant), accountant=accountant)


def test_the_files_of_a_closed_batch_go_and_its_digests_stay(
    batch: Batch, accountant: User, client: PortalClient
) -> None:
    now, today = PAID_AT, clock.paris_date(PAID_AT)
    assert forget_batch_files(today, now) == 0  # the treasury has not answered
    cancel_batch(batch=batch, actor=accountant, reason="Repris.", at=PAID_AT)
    assert forget_batch_files(today - timedelta(days=1), now) == 0
    assert forget_batch_files(today, now) == 1
    assert forget_batch_files(today, now) == 0

    digest = batch.csv_sha256
    batch.refresh_from_db()
    assert (batch.csv, batch.xml, batch.csv_sha256) == ("", "", digest)
    assert batch.lines.count() == 1
    with pytest.raises(MoveRefusedError, match="durée de conservation est passée"):
        open_batch_file(batch=batch, form=BatchFormat.CSV, actor=accountant)
    client.force_login(accountant)
    page = plain(client.get(f"/admin/awards/batch/{batch.pk}/change/").content.decode())
    assert "Les fichiers ont été effacés le" in page
    assert "Télécharger" not in page


def test_the_files_of_an_open_batch_are_never_erased(batch: Batch) -> None:
    with pytest.raises(IntegrityError, match="batch_erased_once_closed"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(csv="", xml="", erased_at=clock.now())
    with pytest.raises(IntegrityError, match="batch_files_are_encrypted"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(csv="")


def test_traces_of_downloads_go_too(batch: Batch, accountant: User) -> None:
    open_batch_file(batch=batch, form=BatchFormat.CSV, actor=accountant, at=PAID_AT)
    # The export itself opened the account: a trace as well.
    day = clock.paris_date(PAID_AT)
    assert forget_looks(day - timedelta(days=90), PAID_AT) == 0
    assert forget_looks(day, PAID_AT) == 2
    assert not BatchDownload.objects.exists()
