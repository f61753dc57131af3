"""The guards of tests/conftest.py do bite."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Origin, Template, engines
from django.test import override_settings
from django.urls import include, path

from tests.support.client import PortalClient
from tests.support.html import html_faults
from tests.support.network import OutboundNetworkError
from tests.support.queries import UnboundedLockError
from tests.support.templates import UndefinedTemplateVariableError

OURS = Path(settings.BASE_DIR) / "templates" / "page.html"
A_PACKAGE = Path("/usr/lib/python3/site-packages/admin/page.html")
COMMITTED: list[str] = []


def _broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p style="color:red">rouge</p>')


def _commits(request: HttpRequest) -> HttpResponse:
    transaction.on_commit(lambda: COMMITTED.append("sent"))
    return HttpResponse("<p>reçu</p>")


urlpatterns = [
    path("broken/", _broken),
    path("commits/", _commits),
    path("", include("orleans_sante.urls")),
]


def _render(source: str, file: Path) -> str:
    template = Template(source, origin=Origin(str(file)), engine=engines["django"].engine)
    return template.render(Context({"known": "oui"}))


def test_undefined_variable_in_our_template_raises() -> None:
    with pytest.raises(UndefinedTemplateVariableError, match=r"« unknown.name » in templates/page"):
        _render("{{ known }} {{ unknown.name }}", OURS)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{{ unknown|default:"rien" }}', "rien"),
        ("{% if unknown %}oui{% else %}non{% endif %}", "non"),
        ("{% for item in unknown %}{{ item }}{% empty %}vide{% endfor %}", "vide"),
        ("{% firstof unknown known %}", "oui"),
    ],
)
def test_optional_variable_in_our_template_renders_as_in_production(
    source: str, expected: str
) -> None:
    assert _render(source, OURS) == expected


def test_undefined_variable_in_a_package_template_renders_as_in_production() -> None:
    assert _render("[{{ unknown|upper }}]", A_PACKAGE) == "[]"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ("<style>p { color: red }</style>", "inline style sheet"),
        ('<p class="a"\n style="color:red">', "style attribute"),
        ('<button onclick="go()">', "inline handler"),
        ('<a href="javascript:go()">', "script in a link"),
        ("<p>{{ forgotten }}</p>", "template syntax"),
        ("<p>{% url 'home' %}</p>", "template syntax"),
    ],
)
def test_html_faults_in_a_faulty_page_are_named(html: str, fault: str) -> None:
    assert [found.split(",")[0].split(" in the output")[0] for found in html_faults(html)] == [
        fault
    ]


def test_html_faults_in_a_sound_page_are_none() -> None:
    page = """<!doctype html><script src="/static/js/a.js" defer></script>
    <script type="application/ld+json">{"@type": "Event"}</script>
    <p data-style="a">&lt;p style="x" onclick="y"&gt;</p>"""
    assert html_faults(page) == []


@override_settings(ROOT_URLCONF="tests.tools.test_harness")
def test_client_on_a_page_with_an_inline_style_fails(client: PortalClient) -> None:
    with pytest.raises(AssertionError, match="/broken/: style attribute"):
        client.get("/broken/")


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.tools.test_harness")
def test_client_runs_what_waits_for_the_commit(client: PortalClient) -> None:
    COMMITTED.clear()
    client.get("/commits/")
    assert COMMITTED == ["sent"]


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_connection_to_another_machine_is_refused(host: str) -> None:
    with pytest.raises(OutboundNetworkError, match=host):
        socket.create_connection((host, 443), timeout=1)


def test_connection_to_this_machine_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2], timeout=1).close()


@pytest.mark.django_db
def test_joined_lock_without_of_is_refused() -> None:
    joined = Permission.objects.select_related("content_type").select_for_update()
    with pytest.raises(UnboundedLockError), transaction.atomic():
        list(joined)


@pytest.mark.django_db
def test_joined_lock_with_of_is_allowed() -> None:
    rows = Permission.objects.select_related("content_type").select_for_update(of=("self",))
    with transaction.atomic():
        assert rows[:1].get().content_type.app_label
    assert connection.in_atomic_block
