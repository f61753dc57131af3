"""People's rights, with the programmes by name: accounts cannot know them, this layer can."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.admin import RoleGrantInline, UserAdmin
from apps.accounts.models import User
from apps.casefiles.programmes import programmes


class ProgrammeGrantInline(RoleGrantInline):
    """A right is granted for one programme, or for all of them."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "programme":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(
            label="Dispositif",
            choices=[("", "Tous les dispositifs"), *programmes.choices()],
            required=False,
        )


class GuichetUserAdmin(UserAdmin):
    inlines = (ProgrammeGrantInline,)


admin.site.unregister(User)
admin.site.register(User, GuichetUserAdmin)
