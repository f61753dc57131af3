"""From a kind of e-mail and its values to a subject, a text and an HTML version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.context import make_context
from django.template.loader import get_template, render_to_string

from apps.notifications.registry import EmailKind

ENDINGS = ("subject.txt", "txt", "html")
_SUBJECT_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class RenderedEmail:
    subject: str
    text: str
    html: str


def render_email(kind: EmailKind, context: Mapping[str, Any]) -> RenderedEmail:
    """The three parts; templates also get `public_url`, the portal's address without a slash."""
    values = {"public_url": settings.PUBLIC_URL, **context}
    return RenderedEmail(
        subject=one_line(_plain(kind.template("subject.txt"), values)),
        text=_plain(kind.template("txt"), values).strip() + "\n",
        html=render_to_string(kind.template("html"), values),
    )


def one_line(subject: str) -> str:
    """`subject` without line ends, which would let a name add headers; at most 200 characters."""
    joined = " ".join(part.strip() for part in subject.splitlines() if part.strip())
    return joined if len(joined) <= _SUBJECT_LENGTH else joined[: _SUBJECT_LENGTH - 1] + "…"


def _plain(name: str, values: dict[str, Any]) -> str:
    """A text template: nothing is escaped (« L’Hôte » stays itself)."""
    template: Any = get_template(name)  # Django's own engine, the only one in settings.TEMPLATES
    return str(template.template.render(make_context(values, autoescape=False)))
