"""A form field for several files at once: the good ones are kept, each bad one says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.datastructures import MultiValueDict

from apps.files.enums import ContentType
from apps.files.limits import MAX_FILES_AT_ONCE
from apps.files.names import EXTENSIONS, clean_name
from apps.files.validators import CheckedUpload, check_upload

ACCEPT = ",".join(
    [*ContentType.values, *(f".{name}" for names in EXTENSIONS.values() for name in names)]
)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One refused file: its name, cleaned, and a sentence for the person."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"« {self.name} » : {self.reason}"


@dataclass(frozen=True, kw_only=True)
class UploadBatch:
    """What came in: store `accepted` (files.storage.store_upload), show `refusals`."""

    accepted: Sequence[CheckedUpload] = ()
    refusals: Sequence[Refusal] = ()

    def __bool__(self) -> bool:
        return bool(self.accepted)


class UploadField(forms.FileField):
    """One file, which cleans to a CheckedUpload: store it with files.storage.store_upload."""

    def __init__(self, **kwargs: Any) -> None:
        # check_upload says more of an empty file than Django does.
        super().__init__(**{"allow_empty_file": True, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> CheckedUpload | None:
        upload = super().clean(data, initial)
        return check_upload(upload) if upload else None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ACCEPT}


class MultipleFileInput(forms.ClearableFileInput):
    """One file control for several files; it never shows or clears what was sent before."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> Any:
        return files.getlist(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files


class MultipleUploadField(forms.Field):
    """Cleans to an UploadBatch. The form is valid as soon as one file is good.

    Show `form.cleaned_data[name].refusals` beside the files that were kept. When every file is
    refused the field has one error a file.
    """

    widget = MultipleFileInput
    default_error_messages = {  # noqa: RUF012 - as Django's own fields declare them
        "required": "Choisissez au moins un fichier.",
        "too_many": (
            f"Vous pouvez envoyer {MAX_FILES_AT_ONCE} fichiers à la fois. "
            "Envoyez les autres ensuite."
        ),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ACCEPT}

    def clean(self, value: Sequence[File[bytes]] | None) -> UploadBatch:
        uploads = list(value or ())
        if not uploads:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return UploadBatch()
        if len(uploads) > MAX_FILES_AT_ONCE:
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        accepted: list[CheckedUpload] = []
        refusals: list[Refusal] = []
        errors: list[ValidationError] = []
        for upload in uploads:
            try:
                accepted.append(check_upload(upload))
            except ValidationError as error:
                name = clean_name(upload.name or "") or "Fichier sans nom"
                refusals.append(Refusal(name=name, reason=" ".join(error.messages)))
                errors.append(ValidationError(str(refusals[-1]), code=error.code))
        if errors and not accepted:
            raise ValidationError(errors)
        return UploadBatch(accepted=tuple(accepted), refusals=tuple(refusals))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)
