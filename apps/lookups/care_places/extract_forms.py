"""The file of an extract, and its date."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.core import clock
from apps.core.forms import FrenchDateField
from apps.files.limits import MAX_BYTES
from apps.files.names import clean_name


class ExtractForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        help_text=(
            "FINESS (CSV de data.gouv.fr), ou OpenStreetMap (JSON d’Overpass, ou .osm). "
            "10 Mo au plus : gardez les lignes du Loiret."
        ),
        error_messages={
            "required": "Choisissez le fichier de l’extrait.",
            "empty": "Ce fichier est vide.",
        },
    )
    dated_on = FrenchDateField(
        label="Date de l’extrait", help_text="Celle du producteur, dans le nom du fichier."
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                "Ce fichier dépasse 10 Mo. Gardez les lignes du Loiret, ou demandez "
                "l’import sur le serveur."
            )
        return file

    def clean_dated_on(self) -> Any:
        day = self.cleaned_data["dated_on"]
        if day > clock.today():
            raise forms.ValidationError("Un extrait n’est pas daté de demain.")
        return day

    @property
    def file_name(self) -> str:
        return clean_name(self.cleaned_data["file"].name)
