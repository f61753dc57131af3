from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles import desk
from apps.casefiles.desk import BatchAction, Panel
from apps.casefiles.models import CaseFile


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "_move_pages", {})
    monkeypatch.setattr(desk, "_batch_actions", [])
    monkeypatch.setattr(desk, "_panel_sources", [])


def test_move_page_of_a_layer_above() -> None:
    @desk.makes_move("schedule", "grant")
    def session_page(case_file: CaseFile) -> str:
        return f"/admin/awards/session/?dossier={case_file.reference}"

    case_file = CaseFile(reference="INS-2026-00001-X")
    assert desk.move_page(case_file, "grant") == "/admin/awards/session/?dossier=INS-2026-00001-X"
    assert desk.move_page(case_file, "propose") is None


def test_move_page_of_an_unknown_move_is_refused() -> None:
    with pytest.raises(KeyError):
        desk.makes_move("teleport")(lambda case_file: "")


def test_batch_actions_are_those_the_person_may_use() -> None:
    person = User()
    for label, reason in (("Attribuer", ""), ("Inscrire", "Il faut être responsable.")):
        desk.add_batch_action(
            BatchAction(label=label, url=lambda: "/", why_not=lambda user, said=reason: said)
        )

    assert [action.label for action in desk.batch_actions(person)] == ["Attribuer"]


def test_panels_without_anything_to_show_are_left_out() -> None:
    panel = Panel(template="awards/panel.html", context={})
    desk.adds_panel(lambda case_file, user: None)
    desk.adds_panel(lambda case_file, user: panel)

    assert list(desk.panels(CaseFile(), User())) == [panel]
