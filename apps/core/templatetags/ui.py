"""The interface's few building blocks: filters for amounts, dates and numbers, and components.

A builtin library (settings.TEMPLATES): no {% load %} needed. Every component is shown in
docs/components.md; there are at most twelve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import phonenumbers
from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import clock, dates, money
from apps.core.paging import KeysetPage
from apps.core.words import lower_first

register = template.Library()

# Written addresses: the menu is on every page, and reversing them would cost each one.
MENU = {
    "/medecin-du-jour/": "Voir un médecin",
    "/lieux-de-soins/": "Lieux de soins",
    "/logements/": "Logements",
    "/aides/": "Aides",
    "/mon-espace/": "Mon espace",
}


# --- Filters


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """« 37 000 € », or an empty string for no amount."""
    return "" if amount is None else money.format_euros(amount)


@register.filter
def in_sentence(label: str) -> str:
    """A label within a sentence: its first capital goes, abbreviations keep theirs."""
    return lower_first(label)


@register.filter
def day(value: date | datetime | None) -> str:
    """« 14 février 2027 »; a datetime is read in Paris."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.paris_date(value)
    return dates.format_date(value)


@register.filter
def moment(value: datetime | None) -> str:
    """« 14 février 2027 à 21 h 14 », in Paris."""
    return "" if value is None else dates.format_datetime(value)


@register.filter
def hour(value: datetime | None) -> str:
    """« 21 h 14 », in Paris."""
    return "" if value is None else dates.format_time(value)


@register.filter
def days_left(days: int | None) -> str:
    """Days as people say them: « dans 42 jours », « demain », « en retard de 3 jours »."""
    if days is None:
        return ""
    if days in (0, 1):
        return ("aujourd’hui", "demain")[days]
    unit = "jour" if days == -1 else "jours"
    words = f"en retard de {-days} {unit}" if days < 0 else f"dans {days} {unit}"
    return words.replace(f" {unit}", f"{money.NO_BREAK_SPACE}{unit}")


@register.filter
def phone(number: Any) -> str:
    """E.164 or short number as printed in France: « 07 88 97 52 33 », « 116 117 », « 15 »."""
    return _printed(str(number))


@lru_cache(maxsize=1000)
def _printed(typed: str) -> str:
    try:
        known = phonenumbers.parse(typed, "FR")
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(known):  # 15, 112, 116117
        return f"{typed[:3]}{money.NO_BREAK_SPACE}{typed[3:]}" if len(typed) == 6 else typed
    is_french = known.country_code == 33
    style = phonenumbers.PhoneNumberFormat
    printed = phonenumbers.format_number(
        known, style.NATIONAL if is_french else style.INTERNATIONAL
    )
    return printed.replace(" ", money.NO_BREAK_SPACE)


# --- Components


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> SafeString:
    """The portal's menu, drawn once for all pages below the same of its links."""
    request = context.get("request")
    here = request.path if request else ""
    section = next((path for path in MENU if here.startswith(path)), "")
    return _menu(section, here == section)


@lru_cache  # as many as there are links, twice
def _menu(section: str, is_here: bool) -> SafeString:
    current = ("page" if is_here else "true") if section else ""
    links = [(path, label, current if path == section else "") for path, label in MENU.items()]
    return render_to_string("components/header_nav.html", {"links": links})


@register.simple_tag(takes_context=True)
def nav_link(context: Context, path: str, label: str) -> SafeString:
    """Link of a main menu, marked when the page is this one or lies below it."""
    request = context.get("request")
    here = request.path if request else ""
    current = "page" if here == path else "true" if path != "/" and here.startswith(path) else ""
    if not current:
        return format_html('<a href="{}">{}</a>', path, label)
    return format_html('<a href="{}" aria-current="{}">{}</a>', path, current, label)


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, Any]:
    """`{% breadcrumb "Aides" "/aides/" "Aide à l’installation" %}`: pairs, then this page."""
    return {"links": list(zip(steps[:-1:2], steps[1::2], strict=True)), "here": steps[-1]}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*bound_forms: forms.BaseForm) -> dict[str, Any]:
    """What is wrong in one or several forms; takes the focus, and links to each control.

    Goes first in the page's content, above the h1. Draws nothing when all is well.
    """
    return {"faults": [fault for form in bound_forms for fault in _faults(form)]}


def _faults(form: forms.BaseForm) -> Iterable[Mapping[str, str]]:
    if not form.is_bound:
        return
    for error in form.non_field_errors():
        yield {"text": str(error), "target": "contenu"}
    for field in form:
        for error in field.errors:
            label = str(field.label)
            separator = " " if label.endswith("?") else "\u00a0: "
            text = str(error) if field.is_hidden else f"{label}{separator}{error}"
            yield {"text": text, "target": _control_id(field)}


def _control_id(field: BoundField) -> str:
    """The control that takes the focus; the first one of a group of radio buttons or boxes."""
    if isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.id_for_label or "contenu"


_TONES = {"ok", "todo", "no", "info", "none", ""}


@register.simple_tag
def chip(label: str, tone: str = "") -> SafeString:
    """State in a word: `ok` (open, granted), `todo`, `no`, `info`, `none`, or grey."""
    if tone not in _TONES:
        raise ValueError(f"A chip's tone is one of {sorted(_TONES)}, not {tone!r}.")
    return format_html('<span class="chip {}">{}</span>', tone, label)


@register.simple_block_tag
def notice(content: SafeString, title: str = "", tone: str = "info") -> SafeString:
    """Words set apart: tone `info`, `done`, `warn` or `error`; a bold first line if titled."""
    heading = format_html('<p class="notice-title">{}</p>', title) if title else ""
    return format_html('<div class="notice {}">{}{}</div>', tone, heading, content)


@register.simple_block_tag
def empty_state(content: SafeString, title: str) -> SafeString:
    """Instead of a list with nothing in it: why, and what to do next."""
    return format_html('<div class="empty"><p class="empty-title">{}</p>{}</div>', title, content)


@register.simple_tag
def phone_link(number: Any, css_class: str = "tel") -> SafeString:
    """Number that can be called, in groups of two; `css_class="phone num"` for the large one."""
    target = str(number).replace(" ", "")
    return format_html('<a class="{}" href="tel:{}">{}</a>', css_class, target, phone(number))


@register.inclusion_tag("components/task.html")
def task(title: str, url: str, status: str, tone: str = "", hint: str = "") -> dict[str, str]:
    """Row of `<ol class="tasks">`; without `url` the task cannot be started yet."""
    return {"title": title, "url": url, "status": status, "tone": tone, "hint": hint}


@register.simple_block_tag
def answer(
    content: SafeString, label: str, change: str = "", visible: str = "Modifier"
) -> SafeString:
    """Row of `<dl class="sum">`: what was asked, the answer, and where to change it."""
    link = (
        format_html(
            '<dd class="act"><a href="{}">{}<span class="visually-hidden"> : {}</span></a></dd>',
            change,
            visible,
            label,
        )
        if change
        else ""
    )
    return format_html("<div><dt>{}</dt><dd>{}</dd>{}</div>", label, content, link)


@register.simple_block_tag
def event(
    content: SafeString, title: str, at: datetime | date | None = None, state: str = "done"
) -> SafeString:
    """Row of `<ol class="timeline">`: `done`, `now`, or `next` for what is still to come."""
    when = ""
    if at is not None:
        words = moment(at) if isinstance(at, datetime) else day(at)
        when = format_html(
            '<span class="when"><time datetime="{}">{}</time></span>', at.isoformat(), words
        )
    body = format_html('<div class="body">{}</div>', content) if content.strip() else ""
    return format_html('<li class="{}"><strong>{}</strong>{}{}</li>', state, title, body, when)


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the other pages of a list; keeps the filters of the address."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("components/keyset_pages.html", takes_context=True)
def keyset_pages(context: Context, page: KeysetPage) -> dict[str, Any]:
    """Links to what comes before and after in a long list; keeps the filters of the address."""
    return {"page": page, "request": context["request"]}
