from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import segno

from apps.core import pdf
from apps.core.pdf import PdfError, render_pdf
from tests.support.pdf import pdf_tags, pdf_text

LAYOUT = '#import "/pdf/letter.typ": *\n'
PLAIN = f'{LAYOUT}#show: letter.with(title: "Essai")\n#plain(data.typed)'
LETTER = """
#import "/pdf/letter.typ": *
#show: letter.with(
  title: data.title, reference: data.reference, date: data.date,
  sender: data.sender, recipient: data.recipient,
)
Bonjour #data.name,
#plain(data.text)
#amounts("Montant de l’aide", data.lines, total: data.total)
== Vos droits
#facts((("Reçu le", data.received_at), ("Sans valeur", none)))
#note("À savoir", data.text)
#qr(data.qr, alt: "Adresse du suivi")
"""

DATA = {
    "title": "Accusé de réception",
    "reference": "INS-2026-00042-K",
    "date": date(2027, 2, 14),
    "received_at": datetime(2027, 2, 14, 20, 14, tzinfo=UTC),
    "sender": {"name": "Guichet", "address": ["45945 Orléans"], "phone": "02 38 25 45 45"},
    "recipient": ["Camille Démo", "45000 Orléans"],
    "name": "Camille Démo",
    "text": "Première ligne\ndeuxième ligne\n\nNouveau paragraphe",
    "lines": [["Barème", "2023", Decimal(35000)], ["Maître de stage", "promesse", Decimal(2000)]],
    "total": Decimal(37000),
    "qr": segno.make("https://example.org/suivi/").svg_inline(),
}

Probe = Callable[..., bytes]


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Probe:
    """Render a template made by the test beside a copy of the shared layout."""
    shutil.copytree(pdf.TEMPLATES_ROOT / "pdf", tmp_path / "pdf")
    monkeypatch.setattr(pdf, "TEMPLATES_ROOT", tmp_path)

    def render(source: str, **data: object) -> bytes:
        (tmp_path / "probe.typ").write_text(source)
        return render_pdf("probe.typ", data)

    return render


def test_letter_shows_every_part_in_french(probe: Probe) -> None:
    assert pdf_text(probe(LETTER, **DATA)).replace("\u00a0", " ").splitlines() == [
        *("Département du Loiret", "Guichet unique santé"),
        *("Guichet", "45945 Orléans", "02 38 25 45 45"),
        *("Camille Démo", "45000 Orléans", "Orléans, le 14 février 2027"),
        *("Référence : ", "INS-2026-00042-K", "Accusé de réception", "Bonjour Camille Démo,"),
        *("Première ligne", "deuxième ligne", "Nouveau paragraphe"),
        *("Montant de l’aide", "Ligne", "Base", "Montant"),
        *("Barème", "2023", "35 000 €", "Maître de stage", "promesse", "2 000 €"),
        *("Total", "37 000 €", "Vos droits", "Reçu le", "14 février 2027 à 21 h 14"),
        *("À savoir", "Première ligne", "deuxième ligne", "Nouveau paragraphe"),
        *("Référence INS-2026-00042-K", "Page 1 sur 1"),
    ]


def test_letter_is_tagged_and_carries_language_title_and_author(probe: Probe) -> None:
    content = probe(LETTER, **DATA)
    tags = pdf_tags(content)
    assert tags.count("/H1") == 1
    assert {"/P", "/H2", "/Table", "/THead", "/TH", "/TD", "/Caption", "/Figure"} <= set(tags)
    with pikepdf.open(BytesIO(content)) as document:
        assert str(document.Root.Lang) == "fr-FR"
        assert document.docinfo["/Title"] == "Accusé de réception"
        assert document.docinfo["/Author"] == "Orléans Santé, Département du Loiret"
        assert document.open_metadata()["pdfuaid:part"] == "1"


def test_sign_that_the_font_lacks_stops_no_letter(probe: Probe) -> None:
    """PDF/UA refuses it, and people type it: emoji, other scripts, rare signs."""
    typed = "Merci \N{SMILING FACE WITH SMILING EYES} \N{SNOWMAN} 你好 Șerban, à Iași"
    assert "Merci ? ? ?? Șerban, à Iași" in pdf_text(probe(PLAIN, typed=typed))


def test_hyphen_that_never_breaks_is_printed_as_one(probe: Probe) -> None:
    assert "Année 2027-2028" in pdf_text(probe(PLAIN, typed="Année 2027\u20112028"))


def test_same_data_give_the_same_bytes(probe: Probe) -> None:
    assert probe(LETTER, **DATA) == probe(LETTER, **DATA)


@pytest.mark.parametrize(
    "typed",
    [
        "#panic()",
        '#read("/etc/passwd")',
        "[crochets]",
        "$ x^2 $",
        "*gras* _italique_",
        "<balise> @renvoi",
        "« guillemets » \"droits\" 'simples' `code`",
        "// commentaire /* bloc */",
        "= pas un titre",
        "\\u{41} \\n",
        "} ] ) , ;",
    ],
)
def test_typed_text_appears_literally(probe: Probe, typed: str) -> None:
    assert typed in pdf_text(probe(PLAIN, typed=typed)).splitlines()


def test_typed_title_and_reference_appear_literally(probe: Probe) -> None:
    source = f"{LAYOUT}#show: letter.with(title: data.typed, reference: data.typed)\nTexte"
    assert pdf_text(probe(source, typed="#let a = [1] *b*")).count("#let a = [1] *b*") == 3


def test_very_long_word_stays_on_the_page(probe: Probe) -> None:
    lines = [
        line for line in pdf_text(probe(PLAIN, typed="W" * 900)).splitlines() if set(line) == {"W"}
    ]
    assert "".join(lines) == "W" * 900
    assert max(map(len, lines)) < 60


def test_long_table_repeats_its_header_on_each_page(probe: Probe) -> None:
    source = (
        f'{LAYOUT}#show: letter.with(title: "Annexe", flipped: true)\n'
        '#records("Dossiers", ((label: "Rang"), (label: "Montant", numeric: true)), data.rows)'
    )
    content = probe(source, rows=[[str(number), Decimal(1000)] for number in range(60)])
    with pikepdf.open(BytesIO(content)) as document:
        pages = len(document.pages)
    assert pages > 1
    assert pdf_text(content).splitlines().count("Rang") == pages
    assert f"Page 1 sur {pages}" in pdf_text(content)


def test_poster_holds_on_one_page(probe: Probe) -> None:
    source = (
        '#import "/pdf/letter.typ": *\n#show: poster.with(title: data.title, source: "S1")\nOui'
    )
    assert pdf_text(probe(source, title="Un médecin aujourd’hui")).splitlines() == [
        "Un médecin aujourd’hui",
        "Oui",
        "S1",
    ]


def test_image_without_alternative_text_is_refused(probe: Probe) -> None:
    source = f'{LAYOUT}#show: letter.with(title: "Essai")\n#image(bytes(data.qr), format: "svg")'
    with pytest.raises(PdfError, match=r"probe\.typ: .*alt text"):
        probe(source, qr=DATA["qr"])


def test_unknown_template_is_refused_with_its_name() -> None:
    with pytest.raises(PdfError, match=r"no PDF template 'casefiles/pdf/none\.typ'"):
        render_pdf("casefiles/pdf/none.typ", {})


@pytest.mark.parametrize("template", ["../manage.py", "base.html", "pdf"])
def test_anything_but_a_template_is_refused(template: str) -> None:
    with pytest.raises(PdfError, match="no PDF template"):
        render_pdf(template, {})


def test_template_cannot_read_outside_the_templates(probe: Probe) -> None:
    with pytest.raises(PdfError, match=r"probe\.typ: "):
        probe('#read("../../../../../../etc/hostname")')


def test_value_that_cannot_be_printed_is_refused(probe: Probe) -> None:
    with pytest.raises(TypeError, match="object cannot be printed"):
        probe("Texte", value=object())


def test_no_template_imports_a_package_from_the_network() -> None:
    sources = pdf.TEMPLATES_ROOT.rglob("*.typ")
    assert [str(path) for path in sources if "@preview" in path.read_text()] == []
