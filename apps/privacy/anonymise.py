"""Make a copy of the database safe to test with: nothing that a real person wrote is left.

Read from the tables that keep personal data (core.personal_data) and from the models: each column
of words is replaced, history included; files are replaced by empty ones of the same kind; sessions,
e-mails, jobs and secrets go; the chained log is made anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any

import pgtrigger
import pikepdf
from allauth.account.models import EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from pghistory.core import event_models
from pghistory.models import Context
from phonenumber_field.modelfields import PhoneNumberField
from PIL import Image

from apps.awards.iban import mask_iban
from apps.awards.models import BankDetails, Batch
from apps.casefiles.log_rebuild import rebuild_log
from apps.core.encryption import encrypt
from apps.core.personal_data import tables
from apps.files.disk import private_storage
from apps.files.enums import ContentType
from apps.files.models import StoredFile
from apps.notifications.models import EmailAttachment, OutgoingEmail
from apps.privacy import fakes
from apps.privacy.models import DataPack

# An IBAN that banks print in their examples.
_IBAN = "FR1420041010050500013M02606"
_MASKED = mask_iban(country=_IBAN[:2], last4=_IBAN[-4:])
_EMPTIED: tuple[type[models.Model], ...] = (
    *(EmailConfirmation, Authenticator, SocialToken, SocialAccount, UserSession, Session),
    *(EmailAttachment, OutgoingEmail, LogEntry, Context, DataPack),
)
# Rows of these say which public act or programme they belong to, not who wrote them.
_KEPT = {
    "reference", "programme", "transition", "from_state", "to_state", "kind", "slug", "label",
    "proof_kind", "proof_label", "deliberation", "source", "number", "zone_label", "zone_source",
    "role", "unit",
}  # fmt: skip
_FORMATTED = {"rpps", "siret", "rna", "uai", "digest", "token_digest", "sha256", "message_id"}
_BY_NAME: dict[str, Callable[[str], str]] = {
    "first_name": fakes.first_name_sql,
    "last_name": fakes.last_name_sql,
    **dict.fromkeys(
        (
            *("name", "holder", "beneficiary", "tutor_name", "contact_name", "legal_name"),
            *("given_by", "host_name"),
        ),
        fakes.full_name_sql,
    ),
    **dict.fromkeys(("postal_address", "address", "host_address"), fakes.address_sql),
    "country": lambda column: f"'{_IBAN[:2]}'",
    "last4": lambda column: f"'{_IBAN[-4:]}'",
    **dict.fromkeys(("iban_masked", "masked"), lambda column: f"'{_MASKED}'"),
}


@transaction.atomic
def anonymise() -> dict[str, int]:
    """Rows changed by table. Not undone, and not for the council's own database."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('privacy.salt', %s, true)", [secrets.token_hex(16)])
        changed = {
            model._meta.label: _replace(cursor, model)  # noqa: SLF001 - Django's
            for model in personal_models()
        }
        for model in _EMPTIED:
            for table in (*event_models(references_model=model), model):
                cursor.execute(f'DELETE FROM "{table._meta.db_table}"')  # noqa: S608, SLF001
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_jobs")
        _replace_secrets()
        rebuild_log()
    _replace_files()
    return changed


def personal_models() -> Iterator[type[models.Model]]:
    """Each table that keeps personal data, and the history of each."""
    for model in dict.fromkeys(table.model for table in tables()):
        if model not in _EMPTIED:
            yield model
            yield from event_models(tracks_model=model)


def personal_columns(model: type[models.Model]) -> dict[str, str]:
    """{column: SQL expression of what replaces it}."""
    found = {}
    for item in model._meta.concrete_fields:  # noqa: SLF001 - documented by Django
        if expression := _expression(item):
            found[item.column] = expression
    return found


def _expression(item: models.Field[Any, Any]) -> str:
    if item.name in _KEPT or item.choices or isinstance(item, models.GeneratedField):
        return ""
    if isinstance(item, models.JSONField):
        return "" if item.name in ("breakdown", "computation", "terms") else _json(item)
    if not isinstance(item, models.CharField | models.TextField) or item.name.startswith("pgh_"):
        return ""
    if isinstance(item, models.FileField) or item.name in ("ciphertext", "csv", "xml", "password"):
        return ""
    return _text(item)


def _json(item: models.Field[Any, Any]) -> str:
    empty = "[]" if item.default is list else "{}"
    column = f'"{item.column}"'
    return f"CASE WHEN {column} IS NULL THEN NULL ELSE '{empty}'::jsonb END"


def _text(item: models.Field[Any, Any]) -> str:
    """An empty value stays empty: forms and constraints tell it from a given one."""
    column = f'"{item.column}"'
    if isinstance(item, PhoneNumberField) or "phone" in item.name:
        fake = fakes.phone_sql(column)
    elif isinstance(item, models.EmailField) or item.name == "to":
        fake = fakes.email_sql(column)
    elif item.name in _FORMATTED:
        return "" if not item.blank else "''"
    else:
        fake = _BY_NAME.get(item.name, fakes.words_sql)(column)
    if item.max_length:
        fake = f"left({fake}, {item.max_length})"
    return f"CASE WHEN {column} IS NULL OR {column} = '' THEN {column} ELSE {fake} END"


def _replace(cursor: Any, model: type[models.Model]) -> int:
    columns = personal_columns(model)
    if not columns:
        return 0
    changes = ", ".join(f'"{column}" = {new}' for column, new in columns.items())
    table = model._meta.db_table  # noqa: SLF001 - documented by Django
    cursor.execute(f'UPDATE "{table}" SET {changes}')  # noqa: S608 - our own names
    return int(cursor.rowcount)


def _replace_secrets() -> None:
    """Account numbers and the files handed to the treasury, under the keys of this copy."""
    for details in BankDetails.objects.iterator():
        details.ciphertext = encrypt(_IBAN, bound_to=details.owner_key)
        details.save(update_fields=["ciphertext"])
    for batch in Batch.objects.iterator():
        for name in ("csv", "xml"):
            if getattr(batch, name):
                setattr(batch, name, encrypt(fakes.WORDS, bound_to=f"{batch.number}:{name}"))
                setattr(batch, f"{name}_sha256", sha256(fakes.WORDS.encode()).hexdigest())
        batch.save(update_fields=["csv", "csv_sha256", "xml", "xml_sha256"])


def _replace_files() -> None:
    """Each file by an empty one of its kind, under the same name on the disk; HEIC by JPEG."""
    kinds = (ContentType.PDF, ContentType.JPEG, ContentType.PNG)
    contents: dict[str, bytes] = {kind: _blank(kind) for kind in kinds}
    storage = private_storage()
    for stored in StoredFile.objects.filter(erased_at=None).iterator():
        if stored.content_type not in contents:
            stored.content_type = ContentType.JPEG
        content = contents[stored.content_type]
        storage.delete(stored.file.name)
        storage.save(stored.file.name, ContentFile(content))
        stored.size, stored.sha256 = len(content), sha256(content).hexdigest()
        if stored.page_count:
            stored.page_count = 1
        stored.save(update_fields=["content_type", "size", "sha256", "page_count"])


def _blank(kind: ContentType) -> bytes:
    target = BytesIO()
    if kind == ContentType.PDF:
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(target)
    else:
        Image.new("RGB", (64, 64), "white").save(target, kind.label)
    return target.getvalue()
