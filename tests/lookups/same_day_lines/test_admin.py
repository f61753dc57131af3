"""Staff verify numbers, replace lines and settle sectors; the pages and the loader follow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from apps.core.dashboard import figures_for
from apps.lookups.same_day_lines.models import Coverage, Line
from tests.factories.same_day_lines import CoverageFactory, LineFactory
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db

LINES = "/admin/same_day_lines/line/"
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.mark.parametrize(
    ("role", "read", "add"),
    [("auditor", 200, 403), ("caseworker", 200, 403), ("editor", 200, 200), ("head", 200, 200)],
)
def test_lines_are_read_by_agents_and_written_by_editors_and_heads(
    client: PortalClient, request: pytest.FixtureRequest, role: str, read: int, add: int
) -> None:
    line = CoverageFactory().line
    client.force_login(request.getfixturevalue(role))
    for path in ("line/", f"line/{line.pk}/change/", "coverage/"):
        assert client.get(f"/admin/same_day_lines/{path}").status_code == read
    assert client.get(f"{LINES}add/").status_code == add


def run(client: PortalClient, action: str, *lines: Line) -> Any:
    data = {"action": action, "_selected_action": [line.pk for line in lines]}
    return client.post(LINES, data, follow=True)


@time_machine.travel(NOON)
def test_verify_today_records_who_and_when(client: PortalClient, editor: Any) -> None:
    line = LineFactory()
    client.force_login(editor)
    response = run(client, "verify_today", line)
    assert "1 ligne(s) vérifiée(s) aujourd’hui par Estelle Éditrice." in response.content.decode()
    line.refresh_from_db()
    assert (line.verified_on, line.verified_by) == (date(2026, 11, 20), editor)
    history = client.get(f"{LINES}{line.pk}/history/").content.decode()
    assert "Estelle Éditrice" in history
    assert "20\u00a0novembre\u00a02026" in history


def test_verify_today_is_refused_to_readers(client: PortalClient, auditor: Any) -> None:
    line = LineFactory()
    client.force_login(auditor)
    run(client, "verify_today", line)
    line.refresh_from_db()
    assert line.verified_on is None


@time_machine.travel(NOON)
def test_list_to_verify_holds_the_never_and_the_long_ago_verified(
    client: PortalClient, editor: Any
) -> None:
    LineFactory(name="Jamais vérifiée")
    LineFactory(name="Vérifiée il y a 90 jours", verified_on=date(2026, 8, 22), verified_by=editor)
    LineFactory(name="Vérifiée il y a 89 jours", verified_on=date(2026, 8, 23), verified_by=editor)
    LineFactory(name="Fermée", valid_to=date(2025, 1, 1))
    client.force_login(editor)
    html = client.get(LINES, {"a_reverifier": "oui"}).content.decode()
    assert "Jamais vérifiée" in html
    assert "Vérifiée il y a 90 jours" in html
    assert "Vérifiée il y a 89 jours" not in html
    assert "Fermée" not in html


def test_first_page_counts_the_numbers_to_verify_for_those_who_can(
    editor: Any, auditor: Any
) -> None:
    LineFactory.create_batch(2)

    def found(user: Any) -> list[int | str]:
        figures = [figure for group in figures_for(user).values() for figure in group]
        return [figure.value for figure in figures if "numéro" in figure.label.lower()]

    assert found(editor) == [2]
    assert found(auditor) == []


def test_supersede_by_department_line_replaces_the_others(
    client: PortalClient, editor: Any
) -> None:
    old, new = LineFactory(), LineFactory(is_department_wide=True)
    client.force_login(editor)
    run(client, "supersede_by_department_line", old, new)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.superseded_by, new.superseded_by) == (new, None)
    assert old.edited_by_staff


def test_supersede_without_a_department_line_says_why(client: PortalClient, editor: Any) -> None:
    line = LineFactory()
    client.force_login(editor)
    response = run(client, "supersede_by_department_line", line)
    assert "Il faut une seule ligne en service pour tout le Loiret." in response.content.decode()


def test_lines_that_replace_each_other_are_refused() -> None:
    first = LineFactory()
    second = LineFactory(superseded_by=first)
    first.superseded_by = second
    with pytest.raises(ValidationError, match="se remplacent l’une l’autre"):
        first.full_clean()


def line_data(line: Line, **changes: str) -> dict[str, str]:
    fields = ("name", "slug", "phone", "phone_dialled", "opening_hours", "source", "source_date")
    return {name: getattr(line, name) for name in fields} | changes


def test_line_changed_by_an_editor_is_theirs_from_then_on(
    client: PortalClient, editor: Any
) -> None:
    line = LineFactory()
    client.force_login(editor)
    data = line_data(line, phone="02 18 12 14 47", phone_dialled="+33218121447")
    assert client.post(f"{LINES}{line.pk}/change/", data).status_code == 302
    line.refresh_from_db()
    assert (line.phone, line.edited_by_staff) == ("02 18 12 14 47", True)


def test_line_with_a_new_number_is_no_longer_verified(editor: Any) -> None:
    line = LineFactory(verified_on=date(2026, 11, 20), verified_by=editor)
    line.name = "Autre nom"
    line.save()
    line.refresh_from_db()
    assert line.verified_on == date(2026, 11, 20)
    Line.objects.update(phone="02 18 12 14 47", phone_dialled="+33218121447")
    line.refresh_from_db()
    assert (line.verified_on, line.verified_by) == (None, None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opening_hours": "8h-20h"}, "Ces horaires ne se lisent pas."),
        ({"opening_hours": ""}, "Indiquez les horaires, au moins en mots."),
        ({"phone_dialled": "0218121447"}, "Le numéro composé s’écrit « +33218121447 »"),
        ({"phone_dialled": "+33012345678"}, "plan de numérotation français"),
    ],
)
def test_line_with_bad_values_is_refused_with_the_reason(
    client: PortalClient, editor: Any, changes: dict[str, str], words: str
) -> None:
    line = LineFactory()
    client.force_login(editor)
    response = client.post(f"{LINES}{line.pk}/change/", line_data(line, **changes))
    assert response.status_code == 200
    assert words in response.content.decode()


def test_sector_with_a_line_cannot_be_unknown(client: PortalClient, editor: Any) -> None:
    coverage = CoverageFactory()
    client.force_login(editor)
    path = f"/admin/same_day_lines/coverage/{coverage.pk}/change/"
    data = {
        "commune": coverage.commune_id,
        "line": str(coverage.line_id),
        "confidence": "inconnu",
        "evidence": "essai",
    }
    response = client.post(path, data)
    assert "Sans ligne, la confiance est « inconnu »" in response.content.decode()


@pytest.mark.parametrize(
    ("model", "values", "constraint"),
    [
        (Line, {"phone_dialled": "07 88"}, "line_phone_can_be_dialled"),
        (Line, {"verified_on": date(2026, 1, 1)}, "line_verified_by_someone"),
        (Line, {"opening_hours": "", "hours_note": ""}, "line_says_its_hours"),
        (
            Line,
            {"valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 1)},
            "line_validity_in_order",
        ),
        (Coverage, {"confidence": "inconnu"}, "coverage_unknown_has_no_line"),
        (Coverage, {"line": None}, "coverage_unknown_has_no_line"),
        (Coverage, {"confidence": "certain"}, "coverage_confidence_known"),
    ],
)
def test_bad_values_are_refused_by_the_database(
    model: Any, values: dict[str, Any], constraint: str
) -> None:
    CoverageFactory()
    with pytest.raises(IntegrityError, match=constraint):
        model.objects.update(**values)


@pytest.mark.parametrize("count", [1, 3])
def test_line_list_queries_do_not_grow(
    client: PortalClient, editor: Any, django_assert_num_queries: Any, count: int
) -> None:
    LineFactory.create_batch(count)
    client.force_login(editor)
    client.get(LINES)  # the session is settled by the first page
    with django_assert_num_queries(5):
        client.get(LINES)
