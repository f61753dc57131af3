"""Every registered kind of e-mail has its three templates."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template

from apps.notifications.registry import email_kinds
from apps.notifications.render import ENDINGS


@register
def check_email_templates(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"The e-mail template {name} is missing.", id="notifications.E001")
        for kind in email_kinds()
        if kind.folder
        for name in map(kind.template, ENDINGS)
        if not _exists(name)
    ]


def _exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
