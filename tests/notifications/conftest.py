from __future__ import annotations

import copy
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.notifications import registry
from apps.notifications.registry import register_email_kind

TEMPLATES = {
    "bonjour.subject.txt": "Bonjour {{ name }}\n",
    "bonjour.txt": (
        '{% extends "notifications/email_base.txt" %}'
        "{% block name %} {{ name }}{% endblock %}"
        "{% block body %}Votre dossier : {{ public_url }}/suivi/{% endblock %}"
    ),
    "bonjour.html": (
        '{% extends "notifications/email_base.html" %}'
        "{% block heading %}Bonjour{% endblock %}{% block name %} {{ name }}{% endblock %}"
        "{% block body %}<p>Votre dossier</p>{% endblock %}"
    ),
    "code.subject.txt": "Votre code",
    "code.txt": "Code {{ code }}",
    "code.html": "<p>{{ code }}</p>",
}


@pytest.fixture(autouse=True)
def kinds(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of our own, with their templates: « bonjour », and « code », which is sensitive."""
    folder = tmp_path / "templates" / "essai" / "email"
    folder.mkdir(parents=True)
    for name, source in TEMPLATES.items():
        (folder / name).write_text(source)
    with_ours = copy.deepcopy(settings.TEMPLATES)
    with_ours[0]["DIRS"] = [*with_ours[0]["DIRS"], tmp_path / "templates"]
    settings.TEMPLATES = with_ours
    monkeypatch.setattr(registry, "_kinds", registry._kinds.copy())
    register_email_kind(slug="bonjour", label="Bonjour", folder="essai/email")
    register_email_kind(slug="code", label="Code", folder="essai/email", is_sensitive=True)
