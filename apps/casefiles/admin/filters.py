"""The filters of the worklist. Their choices are fixed: none of them reads the table."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.casefiles.programmes import programmes
from apps.casefiles.queues import EVERYTHING, QUEUES, TO_DO, Queue
from apps.core import clock


def current_queue(request: HttpRequest) -> Queue:
    """The tab asked for; else « À traiter », or everything when a search or a state is given."""
    asks_further = request.GET.get("q") or request.GET.get(StateFilter.parameter_name)
    usual = EVERYTHING if asks_further else TO_DO
    return QUEUES.get(request.GET.get(QueueFilter.parameter_name, ""), usual)


class QueueFilter(admin.SimpleListFilter):
    title = "Vue"
    parameter_name = "vue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(queue.slug, queue.label) for queue in QUEUES.values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> CaseFileQuerySet:
        user: Any = request.user
        narrowed: CaseFileQuerySet = current_queue(request).narrow(queryset, user, clock.today())
        return narrowed


class ChoiceFilter(admin.SimpleListFilter):
    """One field, one of its fixed values; anything else in the address is ignored."""

    field: str

    def queryset(self, request: HttpRequest, queryset: Any) -> CaseFileQuerySet:
        known = {value for value, _ in self.lookup_choices}
        filtered: CaseFileQuerySet = (
            queryset.filter(**{self.field: self.value()}) if self.value() in known else queryset
        )
        return filtered


class StateFilter(ChoiceFilter):
    title = "État"
    parameter_name = "etat"
    field = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return CaseFileState.choices


class ProgrammeFilter(ChoiceFilter):
    title = "Dispositif"
    parameter_name = "dispositif"
    field = "programme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return programmes.choices()


class ChannelFilter(ChoiceFilter):
    title = "Canal"
    parameter_name = "canal"
    field = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Channel.choices


class FictitiousFilter(admin.SimpleListFilter):
    title = "Dossiers fictifs"
    parameter_name = "fictifs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("non", "Sans les fictifs"), ("oui", "Seulement les fictifs")]

    def queryset(self, request: HttpRequest, queryset: Any) -> CaseFileQuerySet:
        fictitious = {"oui": True, "non": False}.get(self.value() or "")
        filtered: CaseFileQuerySet = (
            queryset if fictitious is None else queryset.filter(is_fictitious=fictitious)
        )
        return filtered
