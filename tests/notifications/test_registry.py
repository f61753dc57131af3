from __future__ import annotations

import pytest

from apps.notifications.checks import check_email_templates
from apps.notifications.registry import email_kind, kind_label, register_email_kind


def test_kind_names_its_templates() -> None:
    assert email_kind("bonjour").template("txt") == "essai/email/bonjour.txt"


def test_kind_registered_twice_alike_is_one_kind() -> None:
    register_email_kind(slug="bonjour", label="Bonjour", folder="essai/email")
    with pytest.raises(ValueError, match="'bonjour' is registered twice"):
        register_email_kind(slug="bonjour", label="Autre", folder="essai/email")


def test_kind_that_no_app_registers_any_more_shows_its_slug() -> None:
    assert kind_label("ancien") == "ancien"


def test_every_registered_kind_has_its_templates() -> None:
    assert check_email_templates() == []


def test_missing_templates_are_named() -> None:
    register_email_kind(slug="sans", label="Sans", folder="essai/email")
    assert [error.msg for error in check_email_templates()] == [
        "The e-mail template essai/email/sans.subject.txt is missing.",
        "The e-mail template essai/email/sans.txt is missing.",
        "The e-mail template essai/email/sans.html is missing.",
    ]
