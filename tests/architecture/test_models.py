"""Models say in the database what they say in Python."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from apps.files.models import StoredFile


def _own_models() -> list[type[models.Model]]:
    """Models of our apps, without the row history that pghistory derives from them."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
        and not any(field.name == "pgh_id" for field in model._meta.fields)
    ]


def _fields_of(condition: object) -> set[str]:
    """Fields that a CHECK constraint looks at."""
    if isinstance(condition, models.Q):
        return {name for child in condition.children for name in _fields_of(child)}
    return {condition[0].partition("__")[0]} if isinstance(condition, tuple) else set()


def _checks(model: type[models.Model]) -> list[models.CheckConstraint]:
    return [item for item in model._meta.constraints if isinstance(item, models.CheckConstraint)]


def _choices(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields if field.choices}


def test_every_choice_is_checked_by_the_database() -> None:
    unchecked = [
        f"{model._meta.label}.{name}"
        for model in _own_models()
        for name in _choices(model)
        if not any({name} == _fields_of(check.condition) for check in _checks(model))
    ]
    assert unchecked == []


def test_every_check_that_a_form_can_meet_refuses_in_french() -> None:
    """A choice's own check is never met: the form refuses the value first."""
    silent = [
        f"{model._meta.label}: {check.name}"
        for model in _own_models()
        for check in _checks(model)
        if check.violation_error_message == check.default_violation_error_message
        and _fields_of(check.condition) not in [{name} for name in _choices(model)]
    ]
    assert silent == []


def test_a_file_in_use_cannot_be_deleted() -> None:
    unprotected = [
        f"{model._meta.label}.{field.name}"
        for model in _own_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is StoredFile
        and field.remote_field.on_delete is not models.PROTECT
    ]
    assert unprotected == []


def test_every_model_is_named_in_french() -> None:
    """Staff read these names in the admin: none is left to Django's default."""
    unnamed = [
        model._meta.label
        for model in _own_models()
        if "verbose_name" not in model._meta.original_attrs
        or "verbose_name_plural" not in model._meta.original_attrs
    ]
    assert unnamed == []


def _masking_fields(
    condition: models.Q | tuple[str, object],
    settled: frozenset[str] = frozenset(),
    *,
    is_alternative: bool = False,
) -> set[str]:
    """Fields compared in an alternative where nothing settles what NULL means.

    Beside the comparison, `x__isnull=False` settles it, and so does `x=None` as an alternative.
    Negations are left out.
    """
    if isinstance(condition, tuple):
        field, _, lookup = condition[0].partition("__")
        is_comparison = condition[1] is not None and lookup not in ("", "isnull")
        return {field} - settled if is_comparison and is_alternative else set()
    if condition.negated:
        return set()
    leaves = [child for child in condition.children if isinstance(child, tuple)]
    is_or = condition.connector == models.Q.OR
    if is_or:
        settled |= {lookup for lookup, value in leaves if value is None}
    else:
        settled |= {lookup.removesuffix("__isnull") for lookup, value in leaves if value is False}
    return {
        field
        for child in condition.children
        for field in _masking_fields(child, settled, is_alternative=is_alternative or is_or)
    }


def test_no_check_lets_an_unknown_value_through() -> None:
    """`amount > 0` is unknown for NULL, and PostgreSQL lets what is unknown through a CHECK: an
    unknown alternative hides that the others are false."""
    holes = [
        f"{model._meta.label}: {check.name} ({field})"
        for model in _own_models()
        for check in _checks(model)
        for field in _masking_fields(check.condition)
        if model._meta.get_field(field).null
    ]
    assert holes == []
