"""Ask an address as somebody, and say in a word what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from unittest.mock import patch

import time_machine
from django import forms
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.template.backends.django import Template
from django.test import Client

from apps.accounts.models import User
from apps.core import throttles
from tests.access.addresses import Question
from tests.support.uploads import pdf_bytes, upload

_SIGN_IN = ("/compte/connexion/", "/admin/login/")
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Answer:
    """`word`: yes, to (led to another page), in (asked to sign in), no, or the status."""

    word: str
    wrote: bool
    text: str = ""

    def __str__(self) -> str:
        return f"{self.word}+" if self.wrote else self.word


@dataclass
class _Written:
    """What a request wrote and did not take back: a wrapper of the connection's execution."""

    statements: list[str] = field(default_factory=list)
    _before: list[int] = field(default_factory=list)

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if text.startswith("SAVEPOINT"):
            self._before.append(len(self.statements))
        elif text.startswith("RELEASE") and self._before:
            self._before.pop()
        elif text.startswith("ROLLBACK TO") and self._before:
            del self.statements[self._before[-1] :]
        elif text.startswith(_WRITES):
            self.statements.append(text)
        return execute(sql, params, many, context)


@dataclass
class Asker:
    """One person's browser. Whatever is asked leaves no trace: the next question is the first."""

    person: User | None
    client: Client = field(default_factory=Client)
    _session: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.person is not None:
            self._session = {
                SESSION_KEY: str(self.person.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: self.person.get_session_auth_hash(),
            }

    def get(self, question: Question, **search: str) -> Answer:
        return self._ask("get", question.address, dict(question.search) | search)

    def post(self, question: Question, form: Mapping[str, Any]) -> Answer:
        return self._ask("post", question.address, {**form, **dict(question.sends)})

    def _ask(self, method: str, address: str, data: Mapping[str, Any]) -> Answer:
        self._sign_in()
        written = _Written()
        with ExitStack() as stack:
            if method == "post":
                stack.enter_context(transaction.atomic())
                stack.callback(transaction.set_rollback, True)
            stack.enter_context(connection.execute_wrapper(written))
            response = getattr(self.client, method)(address, data)
            text = _text(response)
        return Answer(_word(response), bool(written.statements), text)

    def _sign_in(self) -> None:
        """As if for the first time: no throttle, no message, no code that is awaited."""
        cache.clear()
        self.client.cookies = SimpleCookie()
        if self._session:
            store = import_module(settings.SESSION_ENGINE).SessionStore()
            store.update(self._session)
            store.create()
            self.client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key


def _word(response: HttpResponseBase) -> str:
    match response.status_code:
        case 200:
            return "yes"
        case 301 | 302:
            return "in" if response["Location"].startswith(_SIGN_IN) else "to"
        case 403:
            return "no"
        case status:
            return str(status)


def _text(response: Any) -> str:
    content = b"".join(response) if response.streaming else response.content
    return content.decode("utf-8", errors="replace")


@contextmanager
def moment_of(question: Question) -> Iterator[None]:
    """When it is asked; tries counted at another moment are forgotten."""
    with time_machine.travel(question.at, tick=False):
        throttles.forget_worked_off(at=_END_OF_TIME)
        yield


# --- Pages without their words, which is what takes time


@dataclass
class Forms:
    """The forms of the page that was made last."""

    found: list[forms.BaseForm] = field(default_factory=list)


@contextmanager
def pages_without_words() -> Iterator[Forms]:
    """Templates are not rendered: what decides who may what is done by then."""
    last = Forms()

    def render(self: Template, context: Any = None, request: Any = None) -> str:
        for value in (context or {}).values():
            if issubclass(type(value), forms.BaseForm):  # a lazy value stays asleep
                last.found.append(value)
        return "-"

    with patch.object(Template, "render", render):
        yield last


def plausible(found: list[forms.BaseForm]) -> dict[str, Any]:
    """What somebody could type in these forms, so that only their rights stop them."""
    data: dict[str, Any] = {}
    for form in found:
        for name, field_ in form.fields.items():
            value = form.get_initial_for_field(field_, name)
            data[form.add_prefix(name)] = _typed(field_) if value in (None, "") else value
    return {name: value for name, value in data.items() if value not in (None, "")}


# The first kind that a field is of says what is typed in it.
_TYPED: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.BooleanField, lambda field_: "on"),
    (forms.ModelChoiceField, lambda field_: getattr(field_.queryset.first(), "pk", None)),
    (forms.ChoiceField, lambda field_: next(_values(field_.choices), None)),
    (forms.FileField, lambda field_: upload(pdf_bytes(), "piece.pdf")),
    (forms.DateField, lambda field_: "2026-11-20"),
    (forms.IntegerField, lambda field_: "1"),
    (forms.EmailField, lambda field_: "quelquun@exemple.fr"),
    (forms.Field, lambda field_: "Essai"),
)


def _typed(field_: forms.Field) -> Any:
    return next(typed(field_) for kind, typed in _TYPED if isinstance(field_, kind))


def _values(choices: Any) -> Iterator[str]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _values(label)
        elif value:
            yield str(value)
