from __future__ import annotations

from collections.abc import Iterable

import pytest

from apps.core import dashboard
from apps.core.dashboard import Figure, Group, figures_for, figures_from


def _figure(group: Group, label: str) -> Figure:
    return Figure(group=group, label=label, value=1, url="/admin/")


def test_figures_are_grouped_in_order_without_empty_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dashboard, "_sources", [])

    @figures_from
    def lookups(user: str) -> Iterable[Figure]:
        yield _figure(Group.TO_WATCH, f"lignes de {user}")

    @figures_from
    def files(user: str) -> Iterable[Figure]:
        yield _figure(Group.TO_DO, "miens")
        yield _figure(Group.TO_WATCH, "e-mails")

    found = figures_for("Chloé")

    assert list(found) == [Group.TO_DO, Group.TO_WATCH]
    assert [figure.label for figure in found[Group.TO_WATCH]] == ["lignes de Chloé", "e-mails"]
    assert [group.label for group in Group] == ["À traiter", "À venir", "À surveiller"]
