"""What programs may ask the portal: /openapi.json, drawn from the views themselves.

A view that answers public JSON says beside its code what it takes and what its keys mean:

    @described(Operation(summary="Numéro du jour", about="…", takes=(…), answer=record(…)))
    @require_safe
    def commune_json(request, insee): …

The document lists every view that says so; a test asks every address and fails for an answer in
JSON that no description covers, or that differs from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.csrf import csrf_exempt

Schema = dict[str, Any]
View = Callable[..., HttpResponseBase]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
YES_NO: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
ADDRESS: Schema = {"type": "string", "format": "uri"}

_MARK = "open_api"
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def record(**keys: Schema) -> Schema:
    """An object whose keys are always there. Others may be added one day."""
    return {"type": "object", "properties": keys, "required": list(keys)}


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def told(schema: Schema, about: str) -> Schema:
    """The same, with a sentence on what it means."""
    return {**schema, "description": about}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What an address takes: in its path, always required, or after « ? »."""

    name: str
    about: str
    schema: Schema
    place: Literal["path", "query"] = "query"
    is_required: bool = False

    def as_json(self) -> Schema:
        return {
            "name": self.name,
            "in": self.place,
            "required": self.is_required or self.place == "path",
            "description": self.about,
            "schema": self.schema,
        }


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address; `faults` are the other answers: their sentence, and what they hold if JSON."""

    summary: str
    about: str
    answer: Schema
    takes: tuple[Parameter, ...] = ()
    faults: Mapping[HTTPStatus, tuple[str, Schema | None]] = field(default_factory=dict)

    def as_json(self, name: str) -> Schema:
        answers = {HTTPStatus.OK: ("La réponse.", self.answer), **self.faults}
        return {
            "operationId": name,
            "summary": self.summary,
            "description": self.about,
            "parameters": [parameter.as_json() for parameter in self.takes],
            "responses": {
                str(status.value): _answer(about, schema)
                for status, (about, schema) in answers.items()
            },
        }


def _answer(about: str, schema: Schema | None) -> Schema:
    if schema is None:
        return {"description": about, "content": {"text/html": {}}}
    return {"description": about, "content": {"application/json": {"schema": schema}}}


NOT_FOUND: Mapping[HTTPStatus, tuple[str, Schema | None]] = {
    HTTPStatus.NOT_FOUND: ("Rien à cette adresse.", None)
}


def described(operation: Operation) -> Callable[[View], View]:
    """Decorator: this view is in the document, and answers programs of any origin."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            response["Access-Control-Allow-Origin"] = "*"
            return response

        vars(answer)[_MARK] = operation
        # It changes nothing: a program that posts hears « 405 », not of a form that is too old.
        return csrf_exempt(answer)

    return decorate


def operations() -> dict[str, Operation]:
    """Every described view, by its path as OpenAPI writes it."""
    found = dict(_walk(get_resolver(), "/"))
    return {path: found[path] for path in sorted(found)}


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Operation]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern) and (said := vars(entry.callback).get(_MARK)):
            yield _ARGUMENT.sub(r"{\1}", route), said


def document(*, server: str) -> Schema:
    """OpenAPI 3.1, for the portal at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Orléans Santé",
            "version": "1",
            "summary": "Les réponses du portail pour les programmes.",
            "description": (
                "Aucune clé n’est demandée. Les clés d’une réponse ne changent pas de nom\u00a0; "
                "d’autres peuvent s’y ajouter. Redemandez après l’instant de «\u00a0Cache-Control"
                "\u00a0»\u00a0: les horaires changent d’une minute à l’autre."
            ),
        },
        "servers": [{"url": server}],
        "paths": {
            path: {"get": operation.as_json(_name(path))}
            for path, operation in operations().items()
        },
    }


def _name(path: str) -> str:
    """« /lieux-de-soins/{pk}.json » is « lieux_de_soins_pk »."""
    return re.sub(r"\W+", "_", path.removesuffix(".json")).strip("_")
