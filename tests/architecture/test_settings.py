"""Every profile says what it needs, and production cannot be started half-configured."""

from __future__ import annotations

import ast
import json
import re
import runpy
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.architecture.source import ROOT, nodes, python_files

READERS = {"env_str", "env_bool", "env_int", "env_keys", "env_list"}
PRODUCTION = {
    "SECRET_KEY": "a" * 50,
    "FIELD_ENCRYPTION_KEYS": "YW55LWtleS1vZi10aGlydHktdHdvLWJ5dGVzLWl0LWk=",
    "ALLOWED_HOSTS": "sante.example.org",
    "PUBLIC_URL": "https://sante.example.org/",
    "DATABASE_URL": "postgresql:///orleans_sante",
}


def _variables_read() -> set[str]:
    return {
        node.args[0].value
        for path in python_files("orleans_sante")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in READERS
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_variable_is_explained_in_the_example_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([A-Z0-9_]+)=", example, flags=re.MULTILINE))
    assert explained - {"DJANGO_SETTINGS_MODULE"} == _variables_read()


def test_example_copied_as_it_is_changes_nothing_but_what_it_names() -> None:
    """A line that it leaves empty is not a default that is lost."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8")
    example = {
        name: value.strip('"')
        for name, value in re.findall(r"^([A-Z0-9_]+)=(.*)$", lines, flags=re.MULTILINE)
    }
    without, copied = _settings_with({}), _settings_with(example)

    assert {name for name in copied if copied[name] != without.get(name)} == {
        *("DEFAULT_FROM_EMAIL", "LAST_KNOWN_PAGES", "PRIVATE_MEDIA_ROOT", "STATIC_ROOT"),
    }


def _settings_with(variables: dict[str, str]) -> dict[str, str]:
    """How a process that starts with these sees all that production sets."""
    program = (
        "from orleans_sante.settings import production as p; import json, re;"
        "from django.utils.functional import Promise;"
        "print(json.dumps({n: re.sub('0x[0-9a-f]+', '', repr(v))"
        " for n, v in vars(p).items() if n.isupper() and not isinstance(v, Promise)}))"
    )
    ran = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "0", **variables, **PRODUCTION},
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, str] = json.loads(ran.stdout)
    return found


def _production(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> dict[str, Any]:
    for name, value in (PRODUCTION | changes).items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return runpy.run_module("orleans_sante.settings.production")


def test_production_never_debugs_and_never_shows_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _production(monkeypatch)
    assert (settings["DEBUG"], settings["DEMO"], settings["STAFF_SECOND_FACTOR"]) == (
        False,
        False,
        True,
    )
    assert settings["PUBLIC_URL"] == "https://sante.example.org"


@pytest.mark.parametrize(
    "missing", ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "PUBLIC_URL", "DATABASE_URL"]
)
def test_production_without_a_required_variable_says_which(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"environment variable {missing} "):
        _production(monkeypatch, **{missing: None})


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (" , ", "holds no key"),
        (f"{PRODUCTION['FIELD_ENCRYPTION_KEYS']},trop-court", "^Key 2 of FIELD_ENCRYPTION_KEYS"),
    ],
)
def test_production_with_a_bad_encryption_key_says_which_and_never_shows_it(
    keys: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence) as refusal:
        _production(monkeypatch, FIELD_ENCRYPTION_KEYS=keys)
    assert "trop-court" not in str(refusal.value)


def test_production_with_the_demo_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="never run in production"):
        _production(monkeypatch, DEMO="1")


def test_content_security_policy_allows_nothing_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = _production(monkeypatch)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    sources = {source for values in policy.values() for source in values}
    assert {source for source in sources if "unsafe" in source or "*" in source} == set()
    assert policy["default-src"] == ["'none'"]
