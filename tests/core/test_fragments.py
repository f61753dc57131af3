from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template import TemplateDoesNotExist, engines
from django.test import RequestFactory
from pytest_django import Settings

from apps.core import fragments
from apps.core.fragments import draw_once, draw_page
from apps.core.message_storage import COOKIE as MESSAGES_COOKIE


@dataclass(frozen=True)
class Facts:
    words: str


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Path:
    """A template of the test's own."""
    (tmp_path / "facts.html").write_text("<p>{{ facts.words }}</p>", encoding="utf-8")
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [tmp_path, *first["DIRS"]]}, *others]
    fragments._kept.cache_clear()
    return tmp_path / "facts.html"


def test_same_facts_are_drawn_once_and_others_anew(drawn: Path) -> None:
    assert draw_once("facts.html", Facts("un")) == "<p>un</p>"
    assert draw_once("facts.html", Facts("un")) == "<p>un</p>"
    assert draw_once("facts.html", Facts("deux & trois")) == "<p>deux &amp; trois</p>"
    assert fragments._kept.cache_info().hits == 1


def test_nothing_is_kept_while_developing(drawn: Path, settings: Settings) -> None:
    settings.DEBUG = True
    draw_once("facts.html", Facts("un"))

    assert fragments._kept.cache_info().currsize == 0


def test_facts_that_may_change_are_refused(drawn: Path) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        draw_once("facts.html", {"words": "un"})  # type: ignore[arg-type]


def _ask(path: str = "/", cookie: str = "") -> HttpRequest:
    return RequestFactory().get(path, headers={"cookie": cookie} if cookie else {})


def test_page_is_drawn_once_for_an_address_and_its_facts(drawn: Path) -> None:
    def page(words: str, request: HttpRequest) -> bytes:
        facts = Facts(words)
        return draw_page(request, "facts.html", lambda: {"facts": facts}, facts=facts).content

    assert page("un", _ask()) == b"<p>un</p>"
    drawn.unlink()
    engines["django"].engine.template_loaders[0].reset()

    assert page("un", _ask()) == b"<p>un</p>"
    for words, request in (
        ("deux", _ask()),
        ("un", _ask("/ailleurs/")),
        ("un", _ask(cookie=f"{settings.SESSION_COOKIE_NAME}=x")),
        ("un", _ask(cookie=f"{MESSAGES_COOKIE}=x")),
    ):
        with pytest.raises(TemplateDoesNotExist):
            page(words, request)


def test_page_is_drawn_anew_while_developing(drawn: Path, settings: Settings) -> None:
    settings.DEBUG = True
    assert draw_page(_ask(), "facts.html", lambda: {"facts": Facts("un")}).content == b"<p>un</p>"
    assert draw_page(_ask(), "facts.html", lambda: {"facts": Facts("2")}).content == b"<p>2</p>"


def test_form_of_a_page_drawn_once_has_each_visitor_s_own_token(
    drawn: Path, settings: Settings
) -> None:
    drawn.write_text("<form>{% csrf_token %}</form>{{ facts.words }}", encoding="utf-8")

    def page() -> tuple[str, str]:
        request = _ask()
        content = draw_page(request, "facts.html", lambda: {"facts": Facts("un")}, facts="un")
        return content.content.decode(), request.META["CSRF_COOKIE"]

    (first, secret), (second, other) = page(), page()
    drawn.unlink()
    tokens = [re.findall(r'value="(\w{64})"', content) for content in (first, second)]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert secret != other
    assert first.endswith("</form>un")
