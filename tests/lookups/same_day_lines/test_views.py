"""The pages that residents read: the right number, how sure it is, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from apps.core.kept_pages import forget_pages
from apps.lookups.same_day_lines.models import Coverage, Line
from apps.territory.models import Commune
from tests.support.client import PortalClient
from tests.support.pdf import pdf_text

pytestmark = pytest.mark.django_db

FRIDAY_MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
MEUNG = "/medecin-du-jour/45203-meung-sur-loire/"
LOURY = "/medecin-du-jour/45188-loury/"
ARTENAY = "/medecin-du-jour/45008-artenay/"


def text(client: PortalClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode()).replace("\u00a0", " ")


def test_every_commune_has_a_page_with_a_number(lines: None, client: PortalClient) -> None:
    """One test for the 325: loading them takes longer than reading them."""
    for commune in Commune.objects.all():
        html = text(client, f"/medecin-du-jour/{commune.pk}-{commune.slug}/")
        assert html.count('href="tel:+33') >= 1, commune
        assert 'href="tel:116117"' in html, commune
        assert html.index('href="tel:15"') < html.index('href="tel:+33'), commune


@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_commune_line_verified_sector_gives_one_number(lines: None, client: PortalClient) -> None:
    html = text(client, MEUNG)
    assert "<h1>Voir un médecin à Meung-sur-Loire</h1>" in html
    assert "Ouvert jusqu’à 20 h</span>" in html
    assert '<a class="phone num" href="tel:+33788975233">' in html
    assert "Horaires : du lundi au vendredi, de 8 h à 20 h, hors jours fériés." in html
    assert "Numéro publié fin 2023, non revérifié depuis." in html
    assert "Secteur à confirmer" not in html
    assert "Les lignes voisines" not in html
    assert "Si ce numéro ne répond pas" in html
    assert "À vérifier" in html


@time_machine.travel(FRIDAY_EVENING, tick=False)
def test_commune_line_closed_says_when_it_opens_again(lines: None, client: PortalClient) -> None:
    assert "Fermé, rouvre lundi à 8 h</span>" in text(client, MEUNG)


def test_commune_line_deduced_sector_offers_neighbouring_lines(
    lines: None, client: PortalClient
) -> None:
    html = text(client, LOURY)
    assert "Secteur à confirmer" in html
    assert "CPTS Beauce-Gâtinais" in html
    neighbours = html[html.index("Les lignes voisines") : html.index("Si ce numéro")]
    assert neighbours.count("<li>") == 3
    # The candidate of the file comes first, then the lines of the communes around.
    assert neighbours.index("Est orléanais") < neighbours.index("Orléans)")


def test_commune_line_unknown_sector_lists_candidates_then_all(
    lines: None, client: PortalClient
) -> None:
    html = text(client, ARTENAY)
    assert "Nous ne savons pas encore de quelle ligne dépend Artenay." in html
    candidates = html[html.index("Les lignes possibles") : html.index("Si aucun ne répond")]
    assert candidates.count("<li>") == 3
    others = html[html.index("Les autres lignes du Loiret") :]
    assert others.count('href="tel:+33') == 4


def test_commune_line_without_any_sector_still_gives_numbers(
    lines: None, client: PortalClient
) -> None:
    Coverage.objects.filter(commune="45203").delete()
    html = text(client, MEUNG)
    assert "Aucune ligne n’est connue pour Meung-sur-Loire." in html
    assert html.count('href="tel:+33') == 7


def test_commune_line_superseded_shows_the_new_number_first(
    lines: None, client: PortalClient
) -> None:
    new = Line.objects.get(slug="116-117")
    Line.objects.filter(is_department_wide=False).update(superseded_by=new)
    html = text(client, MEUNG)
    assert '<a class="phone num" href="tel:116117">' in html
    assert "Ce numéro remplace CPTS Ouest Loiret" in html
    assert "Si ce numéro ne répond pas" not in html


def test_commune_line_no_longer_in_service_is_not_given(lines: None, client: PortalClient) -> None:
    Line.objects.filter(slug="ouest-loiret").update(valid_to=date(2025, 12, 31))
    html = text(client, MEUNG)
    assert "07 88 97 52 33" not in html
    assert "Aucune ligne n’est connue" in html


def test_commune_line_verified_number_says_when(
    lines: None, client: PortalClient, editor: Any
) -> None:
    line = Line.objects.filter(slug="ouest-loiret")
    line.update(verified_on=date(2026, 11, 2), verified_by=editor)
    assert "Numéro vérifié le 2 novembre 2026." in text(client, MEUNG)


@pytest.mark.parametrize("path", ["45203-orleans/", "45203/", "45203-x/"])
def test_commune_line_wrong_slug_redirects_for_good(
    lines: None, client: PortalClient, path: str
) -> None:
    response = client.get(f"/medecin-du-jour/{path}")
    assert (response.status_code, response["Location"]) == (301, MEUNG)


@pytest.mark.parametrize(
    "path", ["45999-x/", "45999.json", "75056-paris/", "abc/", "45999-x/affiche.pdf"]
)
def test_commune_line_unknown_commune_is_not_found(
    lines: None, client: PortalClient, path: str
) -> None:
    assert client.get(f"/medecin-du-jour/{path}").status_code == 404


@pytest.mark.parametrize("path", [MEUNG, LOURY, ARTENAY])
def test_commune_line_takes_two_queries_then_none(
    lines: None, client: PortalClient, django_assert_num_queries: Any, path: str
) -> None:
    with django_assert_num_queries(2):
        client.get(path)
    with django_assert_num_queries(0):
        client.get(path)


def test_commune_line_signed_in_visitor_reads_no_session(
    lines: None, client: PortalClient, applicant: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(applicant)
    client.get(MEUNG)
    with django_assert_num_queries(0):
        response = client.get(MEUNG)
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


@pytest.mark.parametrize(
    ("at", "max_age"),
    [
        (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "300, stale-while-revalidate=300"),
        (datetime(2026, 11, 20, 18, 59, 30, tzinfo=UTC), 30),  # closes at 20:00 in Paris
        (datetime(2026, 11, 20, 22, 58, tzinfo=UTC), 120),  # « demain » changes at midnight
        (datetime(2026, 11, 23, 6, 59, 59, 500000, tzinfo=UTC), 0),  # opens at 8:00
    ],
)
@pytest.mark.parametrize("path", [MEUNG, "/medecin-du-jour/45203.json", "/medecin-du-jour/"])
def test_cache_control_ends_when_the_answer_changes(
    lines: None, client: PortalClient, path: str, at: datetime, max_age: int | str
) -> None:
    with time_machine.travel(at, tick=False):
        assert client.get(path)["Cache-Control"] == f"public, max-age={max_age}"


def test_kept_page_is_renewed_at_closing_time(lines: None, client: PortalClient) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 18, 59, 58, tzinfo=UTC), tick=False) as clock:
        before = client.get(MEUNG)
        clock.shift(2)
        after = client.get(MEUNG)
    assert "Ouvert jusqu’à" in before.content.decode()
    assert "Fermé, rouvre lundi" in after.content.decode()
    assert before["ETag"] != after["ETag"]


def test_kept_page_shows_a_correction_within_ten_seconds(lines: None, client: PortalClient) -> None:
    with time_machine.travel(FRIDAY_MORNING, tick=False) as clock:
        client.get(MEUNG)
        Line.objects.filter(slug="ouest-loiret").update(phone="02 00 00 00 00")
        clock.shift(10)
        assert "02 00 00 00 00" in text(client, MEUNG)


def test_etag_unchanged_answers_not_modified(lines: None, client: PortalClient) -> None:
    with time_machine.travel(FRIDAY_MORNING, tick=False):
        etag = client.get(MEUNG)["ETag"]
        forget_pages()
        response = client.get(MEUNG, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response["Cache-Control"] == "public, max-age=300, stale-while-revalidate=300"


@pytest.mark.parametrize(
    ("typed", "location"),
    [
        ("Meung-sur-Loire", MEUNG),
        ("meung", MEUNG),
        ("Meung-sur-Loire (45130)", MEUNG),
        ("45203", MEUNG),
        ("45100", "/medecin-du-jour/45234-orleans/"),
        ("orleans", "/medecin-du-jour/45234-orleans/"),
        ("st jean de la ruelle", "/medecin-du-jour/45285-saint-jean-de-la-ruelle/"),
    ],
)
def test_index_search_of_one_commune_goes_to_its_page(
    lines: None, client: PortalClient, typed: str, location: str
) -> None:
    response = client.get("/medecin-du-jour/", {"q": typed})
    assert (response.status_code, response["Location"]) == (302, location)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("45430", ["Plusieurs communes répondent à « 45430 »", ">Bou</a>", ">Chécy</a>"]),
        ("Sandilon", ["Vouliez-vous dire", ">Sandillon</a>"]),
        (
            "Marseille <b>",
            ["Aucune commune trouvée", "« Marseille &lt;b&gt; »", "par exemple 45000"],
        ),
        ("", ["Quelle est votre commune ?", "par exemple 45000"]),
        ("\x00'\"%_\\", ["Aucune commune trouvée"]),
        ("\x00", ["Quelle est votre commune ?"]),
        ("x" * 9000, ["Aucune commune trouvée"]),
    ],
)
def test_index_search_without_one_answer_says_what_to_do(
    lines: None, client: PortalClient, typed: str, words: list[str]
) -> None:
    response = client.get("/medecin-du-jour/", {"q": typed})
    html = response.content.decode().replace("\u00a0", " ")
    assert response.status_code == 200
    for word in words:
        assert word in html
    # Whatever was typed, the numbers are there.
    assert html.count('href="tel:+33') == 7


def test_index_lists_every_line_with_its_state(lines: None, client: PortalClient) -> None:
    with time_machine.travel(FRIDAY_MORNING, tick=False):
        html = text(client, "/medecin-du-jour/")
    assert html.count("Ouvert jusqu’à 20 h") == 7
    assert html.count("Horaires à vérifier") == 1
    assert html.index('href="tel:15"') < html.index('name="q"')


@pytest.mark.parametrize(("query", "queries"), [({}, 1), ({"q": "45430"}, 2), ({"q": "zzz"}, 2)])
def test_index_takes_two_queries_at_most(
    lines: None,
    client: PortalClient,
    django_assert_num_queries: Any,
    query: dict[str, str],
    queries: int,
) -> None:
    with django_assert_num_queries(queries):
        client.get("/medecin-du-jour/", query)


@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_json_says_what_the_page_says(lines: None, client: PortalClient) -> None:
    response = client.get("/medecin-du-jour/45203.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    answer = response.json()
    assert list(answer) == [
        *("commune", "page", "valable_jusqu_a", "urgences", "confiance", "secteur_a_confirmer"),
        *("ligne", "remplace", "si_pas_de_reponse", "lignes_possibles", "lignes_voisines"),
    ]
    assert answer["commune"] == {
        "insee": "45203",
        "nom": "Meung-sur-Loire",
        "codes_postaux": ["45130"],
    }
    assert answer["page"] == f"http://127.0.0.1:8000{MEUNG}"
    assert answer["valable_jusqu_a"] == "2026-11-20T20:00:00+01:00"
    assert (answer["confiance"], answer["secteur_a_confirmer"]) == ("verifie", False)
    line = answer["ligne"]
    assert (line["numero"], line["numero_compose"]) == ("07 88 97 52 33", "+33788975233")
    assert (line["ouvert"], line["ferme_a"]) == (True, "2026-11-20T20:00:00+01:00")
    assert line["horaires_osm"] == "Mo-Fr 08:00-20:00; PH off"
    (fallback,) = answer["si_pas_de_reponse"]
    assert (fallback["numero"], fallback["ouvert"]) == ("116 117", None)


def test_json_unknown_sector_lists_possible_lines(lines: None, client: PortalClient) -> None:
    answer = client.get("/medecin-du-jour/45008.json").json()
    assert (answer["ligne"], answer["confiance"]) == (None, "inconnu")
    names = [line["id"] for line in answer["lignes_possibles"]]
    assert names == ["beauce-gatinais", "ouest-loiret", "orleans"]


@pytest.mark.parametrize("path", [MEUNG, LOURY, ARTENAY])
def test_poster_is_one_accessible_page(lines: None, client: PortalClient, path: str) -> None:
    response = client.get(f"{path}affiche.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "public, max-age=300, stale-while-revalidate=300"
    assert response.content.startswith(b"%PDF")
    words = pdf_text(response.content)
    assert "Urgence vitale" in words
    assert "116" in words


def test_poster_wrong_slug_redirects(lines: None, client: PortalClient) -> None:
    response = client.get("/medecin-du-jour/45203-x/affiche.pdf")
    assert (response.status_code, response["Location"]) == (301, f"{MEUNG}affiche.pdf")


def test_service_worker_serves_the_line_pages(client: PortalClient) -> None:
    response = client.get("/medecin-du-jour/service-worker.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert "/medecin-du-jour/hors-ligne/" in response.content.decode()


def test_offline_page_says_what_is_left(client: PortalClient) -> None:
    html = text(client, "/medecin-du-jour/hors-ligne/")
    assert "Vous êtes sans connexion" in html
    assert 'href="tel:15"' in html


@pytest.mark.parametrize("path", ["", "45203-meung-sur-loire/", "45203.json", "hors-ligne/"])
def test_line_pages_cannot_be_posted(client: PortalClient, path: str) -> None:
    assert client.post(f"/medecin-du-jour/{path}").status_code == 405
