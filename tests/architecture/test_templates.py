"""Templates: used, free of inline code, and spelled with French typography."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from django.template.loader import get_template
from django.template.utils import get_app_template_dirs

from tests.architecture.source import ROOT, TEMPLATES, nodes, python_files, template_files, where

# E-mails have no style sheet: their HTML carries its own.
_E_MAIL = re.compile(r"(^|[/_])email")
_INLINE = re.compile(
    r"""<script(?![^>]*\b(?:src=|type="(?:application/(?:ld\+)?json|speculationrules)"))|<[a-z][^>]*\son[a-z]+=|javascript:""",
    re.IGNORECASE,
)
_INLINE_STYLE = re.compile(r"<style\b|<[a-z][^>]*\sstyle=", re.IGNORECASE)
# Django looks these up by name.
_BY_CONVENTION = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
_FORM_TEMPLATES = "django/forms/"
_TYPST_IMPORT = re.compile(r'(?:import|include) "([^"]+)"')


def _name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def _html() -> list[Path]:
    return [path for path in template_files() if path.suffix == ".html"]


def test_templates_hold_no_inline_code() -> None:
    inline = [
        where(path, number)
        for path in _html()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _INLINE.search(line) or (not _E_MAIL.search(_name(path)) and _INLINE_STYLE.search(line))
    ]
    assert inline == []


def test_templates_compile() -> None:
    for path in _html():
        get_template(_name(path))


@cache
def _names_in_code() -> tuple[set[str], list[re.Pattern[str]]]:
    """Strings of our Python code and templates, and patterns for its f-strings with a path."""
    names: set[str] = set()
    patterns = []
    for path in python_files("apps", "orleans_sante"):
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else "[^ ]+"
                    for part in node.values
                ]
                if any("/" in part or "." in part for part in parts):
                    patterns.append(re.compile("".join(parts)))
    for path in template_files():
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"""["']([\w./-]+\.(?:html|txt|xml|svg|typ|js))["']""", text))
        names |= {
            (path.parent / target).resolve().relative_to(TEMPLATES).as_posix()
            for target in _TYPST_IMPORT.findall(text)
            if (path.parent / target).resolve().is_relative_to(TEMPLATES)
        }
    return names, patterns


def _overrides_a_package(name: str) -> bool:
    folders = [Path(folder) for folder in get_app_template_dirs("templates")]
    return any(
        (folder / name).exists() for folder in folders if not folder.is_relative_to(ROOT / "apps")
    )


def test_every_template_is_used() -> None:
    names, patterns = _names_in_code()
    unused = [
        _name(path)
        for path in template_files()
        if _name(path) not in names | _BY_CONVENTION
        and path.name not in names  # typst finds its files by their own name
        and not _name(path).startswith(_FORM_TEMPLATES)
        and not any(pattern.fullmatch(_name(path)) for pattern in patterns)
        and not _overrides_a_package(_name(path))
    ]
    assert unused == []


def test_visible_text_has_typographic_apostrophes() -> None:
    """« l’aide », never « l'aide », between tags (attributes and template tags left out)."""
    straight = []
    for path in _html():
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", _blank, text, flags=re.DOTALL)
        text = re.sub(r"{[{%].*?[%}]}|<[^>]*>", _blank, text, flags=re.DOTALL)
        straight += [
            where(path, number)
            for number, line in enumerate(text.splitlines(), start=1)
            if re.search(r"\w'\w", line)
        ]
    assert straight == []


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n") or " "
