"""The copy of everything kept about a person, as a ZIP: data as JSON and as pages, files, letters.

What joins it is said by each table (core.personal_data); a copy is asked for on « Mes données »,
made by a job, and goes after some days.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import BinaryField, Field, ForeignKey, Model
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.casefiles.receipts import service
from apps.core.history import field_text
from apps.core.jobs import queue_job
from apps.core.personal_data import PersonalTable, Subject, tables
from apps.files.disk import private_storage
from apps.files.models import StoredFile
from apps.files.serving import why_not_open
from apps.notifications.queue import queue_email
from apps.privacy import tasks
from apps.privacy.enums import PackStatus
from apps.privacy.erasure import file_columns
from apps.privacy.models import DataPack
from apps.privacy.periods import lengths

RULE = "privacy.packs"
_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class PackedTable:
    """The rows of one table: (label, value) pairs for people, the same by column for machines."""

    label: str
    name: str
    rows: list[list[tuple[str, str]]] = field(default_factory=list)
    data: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """The account, or one request; `folder` is where its files lie in the archive."""

    title: str
    folder: str
    tables: list[PackedTable]
    files: list[tuple[str, StoredFile]]


def ask_pack(user: User, *, at: datetime) -> DataPack:
    """Queue the making of a copy; the one that is being made, when there is one."""
    try:
        with transaction.atomic():
            pack = DataPack.objects.create(user=user, asked_at=at)
            queue_job(tasks.make_pack, pack_id=str(pack.pk))
    except IntegrityError:
        return DataPack.objects.get(user=user, status=PackStatus.ASKED)
    return pack


@transaction.atomic
def make_pack(pack_id: str, *, at: datetime) -> None:
    """Write the archive and say by e-mail that it is ready; nothing when it is made already."""
    pack = DataPack.objects.select_for_update(of=("self",)).select_related("user").get(pk=pack_id)
    if pack.status != PackStatus.ASKED:
        return
    storage, name = private_storage(), f"copies/{pack.pk}.zip"
    with tempfile.TemporaryFile() as target:
        write_archive(target, pack.user, at=at)
        pack.size = target.tell()
        target.seek(0)
        storage.delete(name)  # a job killed half-way left it
        pack.file.name = storage.save(name, File(target))
    length = lengths()[RULE]
    pack.status, pack.ready_at = PackStatus.READY, at
    pack.expires_at = at + (timedelta(days=length.number) if length else _KEPT_FOR)
    pack.save()
    queue_email(
        "data-pack-ready",
        to=pack.user.email,
        context={
            "name": pack.user.get_full_name(),
            "until": pack.expires_at,
            "url": settings.PUBLIC_URL + reverse("privacy:my_data"),
            "service": service(),
        },
        at=at,
    )


def write_archive(target: IO[bytes], user: User, *, at: datetime) -> None:
    """One chapter in memory at a time; files are copied piece by piece."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        titles = []
        for chapter in chapters(user):
            titles.append((chapter.title, f"{chapter.folder}/donnees.html"))
            _write_chapter(archive, chapter)
        context = {"titles": titles, "user": user, "at": at, "withheld": _withheld()}
        archive.writestr("LISEZ-MOI.html", render_to_string("privacy/pack/index.html", context))


def chapters(user: User) -> Iterator[Chapter]:
    yield _chapter("Votre compte", "compte", tables(Subject.PERSON), user)
    for case_file in CaseFile.objects.filter(applicant=user).order_by("pk"):
        yield _chapter(
            f"Votre demande {case_file.reference}",
            case_file.reference,
            tables(Subject.CASE_FILE),
            case_file,
        )


def _chapter(title: str, folder: str, chosen: Iterable[PersonalTable], about: Model) -> Chapter:
    packed, files = [], []
    for table in chosen:
        if table.withheld:
            continue
        if rows := pack_table(table, about):
            packed.append(rows)
        files += list(_files_of(table, about))
    return Chapter(title=title, folder=folder, tables=packed, files=files)


def pack_table(table: PersonalTable, about: Model) -> PackedTable | None:
    """Its rows about this subject; None when there are none."""
    fields = [
        item
        for item in table.model._meta.concrete_fields  # noqa: SLF001 - documented by Django
        if item.name not in table.hidden and not isinstance(item, BinaryField)
    ]
    packed = PackedTable(label=table.label, name=table.model._meta.label)  # noqa: SLF001
    for row in table.rows_about(about):
        packed.data.append({item.name: _value(item, row) for item in fields})
        packed.rows.append(
            [
                (str(item.verbose_name), text)
                for item in fields
                if not item.primary_key and (text := _text(item, row))
            ]
        )
    return packed if packed.data else None


def _value(item: Field[Any, Any], row: Model) -> Any:
    if isinstance(item, ForeignKey):
        return _text(item, row)
    return item.value_to_string(row) if getattr(row, item.attname) is not None else None


def _text(item: Field[Any, Any], row: Model) -> str:
    """The value as people write it; another person is « le guichet »."""
    if isinstance(item, ForeignKey) and getattr(row, item.attname) is not None:
        related = getattr(row, item.name)
        return "une personne" if isinstance(related, User) else str(related)
    return field_text(item, row)


def _files_of(table: PersonalTable, about: Model) -> Iterator[tuple[str, StoredFile]]:
    """(name in the archive, file) of what these rows point to and that may be opened."""
    for column in file_columns(table.model):
        keys = table.rows_about(about).exclude(**{column: None}).values(column)
        for stored in StoredFile.objects.filter(pk__in=keys).order_by("created_at"):
            if not why_not_open(stored):
                yield f"{str(stored.pk)[:8]}-{stored.original_name}", stored


def _write_chapter(archive: ZipFile, chapter: Chapter) -> None:
    data = {table.name: table.data for table in chapter.tables}
    archive.writestr(
        f"{chapter.folder}/donnees.json",
        json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
    )
    names = [name for name, _ in chapter.files]
    archive.writestr(
        f"{chapter.folder}/donnees.html",
        render_to_string("privacy/pack/chapter.html", {"chapter": chapter, "names": names}),
    )
    for name, stored in chapter.files:
        path = PurePosixPath(chapter.folder, "fichiers", name)
        with stored.file.open("rb") as source, archive.open(str(path), "w") as copy:
            shutil.copyfileobj(source, copy)


def _withheld() -> list[tuple[str, str]]:
    """What the copy leaves out, and why: (table, reason)."""
    return [(table.label, table.withheld) for table in tables() if table.withheld]


def forget_packs(before: date, at: datetime) -> int:
    """Copies that were ready on a day or earlier: their bytes go, the line says that one was."""
    count = 0
    for pack in DataPack.objects.filter(status=PackStatus.READY, ready_at__date__lte=before):
        private_storage().delete(pack.file.name)
        pack.status, pack.file, pack.size = PackStatus.GONE, "", None
        pack.save(update_fields=["status", "file", "size"])
        count += 1
    return count
