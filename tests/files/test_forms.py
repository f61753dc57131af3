from __future__ import annotations

from pathlib import Path

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.utils.datastructures import MultiValueDict

from apps.files.forms import MultipleUploadField
from apps.files.limits import MAX_BYTES
from apps.files.uploads import OversizeCutter
from tests.support.uploads import image_bytes, pdf_bytes, upload


class PiecesForm(forms.Form):
    note = forms.CharField(required=False)
    pieces = MultipleUploadField(label="Pièces")


class OptionalForm(forms.Form):
    pieces = MultipleUploadField(label="Pièces", required=False)


def _send(request: HttpRequest) -> HttpResponse:
    form = PiecesForm(request.POST, request.FILES)
    if not form.is_valid():
        return HttpResponse("\n".join(form.errors["pieces"]), status=422, content_type="text/plain")
    batch = form.cleaned_data["pieces"]
    lines = [form.cleaned_data["note"], *(f"{item.name} {item.size}" for item in batch.accepted)]
    return HttpResponse("\n".join([*lines, *map(str, batch.refusals)]), content_type="text/plain")


urlpatterns = [path("envoi/", _send), path("", include("orleans_sante.urls"))]


def form_with(*files: SimpleUploadedFile) -> PiecesForm:
    return PiecesForm({}, MultiValueDict({"pieces": list(files)}))


def test_all_good_files_are_accepted() -> None:
    form = form_with(upload(pdf_bytes(), "bail.pdf"), upload(image_bytes(), "photo.jpg"))
    assert form.is_valid()
    batch = form.cleaned_data["pieces"]
    assert [item.name for item in batch.accepted] == ["bail.pdf", "photo.jpg"]
    assert batch.refusals == ()


def test_good_files_are_kept_beside_bad_ones() -> None:
    form = form_with(upload(b"", "vide.pdf"), upload(pdf_bytes(), "bail.pdf"))
    assert form.is_valid()
    batch = form.cleaned_data["pieces"]
    assert [item.name for item in batch.accepted] == ["bail.pdf"]
    assert [str(refusal) for refusal in batch.refusals] == [
        (
            "« vide.pdf » : Ce fichier est vide. Vérifiez-le sur votre appareil, "
            "puis envoyez-le de nouveau."
        )
    ]


def test_bad_files_alone_give_one_error_each() -> None:
    form = form_with(upload(b"", "vide.pdf"), upload(b"MZ" * 9, "outil.pdf"))
    assert not form.is_valid()
    assert form.errors["pieces"] == [
        (
            "« vide.pdf » : Ce fichier est vide. Vérifiez-le sur votre appareil, "
            "puis envoyez-le de nouveau."
        ),
        (
            "« outil.pdf » : Ce fichier est un programme. "
            "Envoyez le document en PDF, JPEG, PNG ou HEIC."
        ),
    ]


def test_nothing_sent_is_an_error_only_when_required() -> None:
    assert form_with().errors["pieces"] == ["Choisissez au moins un fichier."]
    optional = OptionalForm({}, MultiValueDict())
    assert optional.is_valid()
    assert not optional.cleaned_data["pieces"]


def test_more_than_twenty_files_are_too_many() -> None:
    form = form_with(*(upload(pdf_bytes(), f"{number}.pdf") for number in range(21)))
    assert form.errors["pieces"] == [
        "Vous pouvez envoyer 20 fichiers à la fois. Envoyez les autres ensuite."
    ]


def test_control_takes_several_files_and_says_which() -> None:
    html = str(PiecesForm()["pieces"])
    assert " multiple" in html
    assert (
        'accept="application/pdf,image/jpeg,image/png,image/heic,.pdf,.jpg,.jpeg,.png,.heic,.heif"'
    ) in html


@override_settings(ROOT_URLCONF=__name__)
def test_oversized_file_is_cut_short_and_the_rest_of_the_form_is_kept(tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        response = Client().post(
            "/envoi/",
            {
                "note": "Bonjour",
                "pieces": [
                    upload(b"%PDF-1.7\n" + b"0" * 30_000_000, "enorme.pdf"),
                    upload(pdf_bytes(), "bail.pdf"),
                ],
            },
        )
    assert response.content.decode().splitlines() == [
        "Bonjour",
        f"bail.pdf {len(pdf_bytes())}",
        (
            "« enorme.pdf » : Ce fichier dépasse 10 Mo. Réduisez-le, ou envoyez le document "
            "en plusieurs fichiers."
        ),
    ]


def test_oversized_file_never_fills_the_disk() -> None:
    cutter = OversizeCutter()
    chunk = b"0" * 65_536
    kept = sum(
        len(cutter.receive_data_chunk(chunk, start) or b"")
        for start in range(0, 10 * MAX_BYTES, len(chunk))
    )
    assert MAX_BYTES < kept <= MAX_BYTES + len(chunk)
    assert cutter.file_complete(10 * MAX_BYTES) is None
