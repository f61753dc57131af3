"""An undefined variable in one of our templates fails the test that renders it.

Django asks `if string_if_invalid:` when a variable is missing. This empty string answers no,
as in production, but first looks at who asks: a node of our own templates raises, Django's
and the packages' templates are left alone (they rely on missing variables).

`{{ name|default:"" }}` says that the variable is optional, and so do `{% if %}` and `{% for %}`,
which never ask.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node

_OPTIONAL = {"default", "default_if_none"}


class UndefinedTemplateVariableError(AssertionError):
    """A template of ours uses a variable that its view does not give."""


class LoudEmptyString(str):
    """`string_if_invalid` for tests."""

    __slots__ = ()

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        expression = frame.f_locals.get("self")
        if isinstance(expression, FilterExpression):
            _require_optional(expression, frame)
        return False


def make_undefined_variables_loud() -> None:
    engine = engines["django"].engine
    engine.string_if_invalid = LoudEmptyString()


def _require_optional(expression: FilterExpression, frame: FrameType) -> None:
    if any(function.__name__ in _OPTIONAL for function, _ in expression.filters):
        return
    origin = _origin(frame)
    if origin is not None and origin.is_relative_to(settings.BASE_DIR):
        if ".venv" in origin.relative_to(settings.BASE_DIR).parts:
            return  # a package's template
        raise UndefinedTemplateVariableError(
            f"Undefined variable « {expression.token} » in "
            f"{origin.relative_to(settings.BASE_DIR)}. Give it in the view, or write "
            f'|default:"" when it is optional.'
        )


def _origin(frame: FrameType | None) -> Path | None:
    """File of the template that holds the node being rendered."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return Path(str(node.origin.name)).absolute()
        frame = frame.f_back
    return None
