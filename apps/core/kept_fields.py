"""Forms of public pages whose questions are drawn once for the same answer.

Drawing a question costs about what a query does, and most have few answers. What is drawn is kept
in the memory of the process, by form, question and answer; a question answered wrongly never is.
"""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

# Questions times their usual answers, dates of the week included.
KEPT_AT_MOST = 500
_LONGEST_ANSWER = 60

_kept: dict[tuple[type[forms.BaseForm], str, str], SafeString] = {}


class KeptBoundField(BoundField):
    def as_field_group(self) -> SafeString:
        """The question with its answer; drawn anew each time while developing."""
        answer = repr(self.value())
        if self.errors or settings.DEBUG or len(answer) > _LONGEST_ANSWER:
            return super().as_field_group()
        key = (type(self.form), self.name, answer)
        drawn = _kept.get(key)
        if drawn is None:
            drawn = super().as_field_group()
            if len(_kept) >= KEPT_AT_MOST:
                _kept.clear()
            _kept[key] = drawn
        return drawn


class KeptFieldsForm(forms.Form):
    """A form with no prefix and no choice that depends on the request: the same for everybody."""

    bound_field_class = KeptBoundField
