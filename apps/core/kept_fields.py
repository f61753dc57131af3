"""Forms of public pages whose questions are drawn once for the same answer.

Drawing a question costs about what a query does, and most have few answers. What is drawn is kept
in the memory of the process, by form, question, choices and answer; a question answered wrongly
never is.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django_filters import FilterSet

# Questions times their usual answers, dates of the week included.
KEPT_AT_MOST = 500
_LONGEST_KEY = 2000

_form_classes: dict[type[FilterSet], type[forms.Form]] = {}
_written: WeakKeyDictionary[forms.Field, str] = WeakKeyDictionary()
_kept: dict[tuple[type[forms.BaseForm], str, str], SafeString] = {}


class KeptBoundField(BoundField):
    def as_field_group(self) -> SafeString:
        """The question with its answer; drawn anew each time while developing."""
        answer = _answer(self)
        if self.errors or settings.DEBUG or len(answer) > _LONGEST_KEY:
            return super().as_field_group()
        key = (type(self.form), self.name, answer)
        drawn = _kept.get(key)
        if drawn is None:
            drawn = super().as_field_group()
            if len(_kept) >= KEPT_AT_MOST:
                _kept.clear()
            _kept[key] = drawn
        return drawn


class _SharedFields(dict[str, forms.Field]):
    """Django copies a form's fields in depth for each visitor: here, the list of them alone."""

    def __deepcopy__(self, memo: object) -> dict[str, forms.Field]:
        return dict(self)


class KeptFieldsForm(forms.Form):
    """A form with no prefix, whose questions are the same for everybody: its fields are those of
    the class, and no visitor's form may change one."""

    bound_field_class = KeptBoundField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = _SharedFields(type(self).base_fields)  # type: ignore[misc] # as any name
        super().__init__(*args, **kwargs)

    @property
    def facts(self) -> Hashable | None:
        """All that its questions are drawn from; None when one is answered wrongly."""
        if self.is_bound and self.errors:
            return None
        return tuple(_answer(bound) for bound in self)


def _answer(bound: BoundField) -> str:
    """What is answered, among which choices."""
    return f"{bound.value()!r} {_choices(bound.field)}"


def _choices(field: forms.Field) -> str:
    """A list of them is the field's for good; others are made anew each time."""
    found = getattr(field, "choices", ())
    if not isinstance(found, list):
        return repr(list(found))
    written = _written.get(field)
    if written is None:
        written = _written[field] = repr(found)
    return written


class KeptFilterSet(FilterSet):
    """Filters that do not depend on the request: their form is made once a process."""

    def get_form_class(self) -> type[forms.Form]:
        made = _form_classes.get(type(self))
        if made is None:
            made = _form_classes[type(self)] = super().get_form_class()
        return made
