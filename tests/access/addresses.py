"""Every address of the portal, filled in with the rows of the world.

The routes come from the URL configuration: one that is added has an address here by itself, or
fails for want of an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver

from apps.casefiles.models import CaseFile
from tests.access.world import AFTER, NOW, World
from tests.factories.internships import ASKED_AT

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
_OF_A_MODEL = re.compile(r"^/admin/(\w+)/(\w+)/")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A line of the table: what is asked, and where."""

    route: str
    address: str
    # Which row, where several tell more than one.
    of: str = ""
    # What a GET adds to the address, and what a POST sends besides the form that it found.
    search: tuple[tuple[str, str], ...] = ()
    sends: tuple[tuple[str, str], ...] = ()

    at: datetime = NOW

    @property
    def name(self) -> str:
        return f"{self.route} {self.of}".rstrip()


def questions(world: World) -> list[Question]:
    found: dict[str, Question] = {}
    for question in (*_pages(world), *_actions(world), *_autocompletions(world)):
        found.setdefault(question.name, question)
    return list(found.values())


def _pages(world: World) -> Iterator[Question]:
    for route in routes():
        for of, values in _arguments(route, world).items():
            yield Question(route=route, address=_filled(route, values), of=of, at=_moment(route))


def routes() -> list[str]:
    """As the URL configuration writes them, each once.

    Django's own « /<key>/ », which leads to « /<key>/change/ », shows nothing and is left out.
    """
    found = dict.fromkeys(_walk(get_resolver(), "/"))
    return [route for route in found if not route.endswith("<path:object_id>/")] + [_SHORTCUT]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield _short(route)


def _short(route: str) -> str:
    """A regular expression's argument as the others are written."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route)


def _filled(route: str, values: Mapping[str, Any]) -> str:
    return _ARGUMENT.sub(lambda match: str(values[match[1] or match[2]]), route)


# Django's « voir sur le site ».
_SHORTCUT = "/admin/r/<path:content_type_id>/<path:object_id>/"


def _moment(route: str) -> datetime:
    """When it is asked: what follows an award is in the year after."""
    if route.startswith("/presence/"):
        return ASKED_AT + timedelta(hours=1)
    page = route.removeprefix(_SPACE)
    is_after = route.startswith("/admin/awards/") or page.startswith(tuple(_FILE_OF_A_PAGE))
    return AFTER if is_after else NOW


# --- What each argument is

# Addresses below a row of the back office that name another row by `pk`: a case file.
_OF_A_FILE = {
    "/admin/awards/agreement/<int:pk>/": "award",
    "/admin/awards/attestation/<int:pk>/lien/": "internship",
    "/admin/awards/attestation/<int:pk>/personne/": "internship",
    "/admin/awards/commitment/dossiers/": "award",
    "/admin/awards/incompatibilityoverride/<int:pk>/": "clashing",
}
# Of a person's space: the file, where its request under review is not the one.
_SPACE = "/mon-espace/dossiers/<str:reference>/"
_FILE_OF_A_PAGE = {
    "versements/": "asked",
    "convention/": "award",
    "coordonnees-bancaires/": "award",
    "renouvellement/": "bursary",
    "engagement/reversements/": "broken",
    "engagement/": "award",
    "bilans/": "draft",
}
# What a person fills in is asked of the draft too, which others fill in with them.
_OF_A_DRAFT = ("", "etapes/", "pieces/", "verification/", "co-redacteurs/", "retrait/")
_ROW_OF_THE_SPACE = {
    "chambres": "housing.room",
    "dates": "housing.availability",
    "reservations": "housing.booking",
    "attente": "housing.waitingentry",
    "alertes": "housing.savedsearch",
    "offres": "housing.offer",
    "photos": "housing.photo",
}


def _arguments(route: str, world: World) -> dict[str, Mapping[str, Any]]:
    """The values of each of its lines, by what tells them apart."""
    if route.startswith("/admin/"):
        return {"": _of_the_desk(route, world)}
    if route.startswith(_SPACE):
        return _of_a_space(route, world)
    return {"": _of_the_portal(route, world)}


def _of_the_desk(route: str, world: World) -> Mapping[str, Any]:
    values: dict[str, Any] = {
        **world.values,
        "name": "propose",
        "form": "csv",
        "app_label": "casefiles",
        "url": "nulle-part/",
        "file_pk": world.files["project"].pk,
        "case_file_pk": world.files["bursary"].pk,
        "first": world.rows["care_places.place"].pk,
        "second": world.values["twin"],
        "content_type_id": ContentType.objects.get_for_model(CaseFile).pk,
        "object_id": world.files["review"].pk,
    }
    if "<" in route and (found := _OF_A_MODEL.match(route)):
        values["pk"] = values["object_id"] = world.rows[f"{found[1]}.{found[2]}"].pk
    for prefix, name in _OF_A_FILE.items():
        if route.startswith(prefix):
            values["pk"] = world.files[name].pk
    if route.startswith("/admin/awards/attestation/<int:pk>/papier/"):
        values["pk"] = world.values["awaited"]
    if route.startswith("/admin/housing/offer/disponible/"):
        values["pk"] = world.rows["housing.room"].pk
    for kind in ("pauses", "justificatifs", "promesses"):
        if f"/{kind}/" in route:
            values["row"] = world.values[kind]
    return values


def _of_a_space(route: str, world: World) -> dict[str, Mapping[str, Any]]:
    page = route.removeprefix(_SPACE)
    name = next((file for start, file in _FILE_OF_A_PAGE.items() if page.startswith(start)), "")
    values = {
        **world.values,
        "reference": world.files[name or "review"].reference,
        "slug": "exercice" if page.startswith("etapes") else "diplome",
        "rank": 1,
        "school_year": 2027,
        "year": 1,
        "pk": world.values.get("letter_pk"),
    }
    if name:
        values["pk"] = {
            "versements": world.values["proof_pk"],
            "justificatifs": world.values["justificatifs"],
            "promesses": world.values["promesses"],
            "reversements": world.rows["awards.clawback"].pk,
        }.get(page.split("/")[1 if page.startswith("engagement") else 0])
    lines: dict[str, Mapping[str, Any]] = {name: values}
    if not name and any(page == part or (part and page.startswith(part)) for part in _OF_A_DRAFT):
        draft = {"reference": world.files["draft"].reference, "slug": "projet"}
        lines = {"sent": values, "draft": {**values, **draft}}
    return lines


def _of_the_portal(route: str, world: World) -> Mapping[str, Any]:
    commune, place = world.rows["territory.commune"], world.rows["care_places.place"]
    offer = world.rows["housing.offer"]
    values: dict[str, Any] = {
        "pack_id": world.values["pack_id"],
        "insee": commune.insee_code,
        "path_name": "franceconnect",
        "year": 2026,
        "slot_id": world.rows["care_places.slot"].pk,
        "reference": world.files["project"].reference,
        "pk": world.rows["juries.jury"].pk,
        "slug": commune.slug,
    }
    if route.startswith("/lieux-de-soins/"):
        values |= {"pk": place.pk, "slug": place.slug, "token": world.values["cancel token"]}
    elif route.startswith("/logements/"):
        values |= {"pk": offer.pk, "slug": offer.slug, "file_id": world.values["photo"]}
    elif route.startswith("/mon-espace/logements/"):
        row = _ROW_OF_THE_SPACE.get(route.split("/")[3])
        values["pk"] = world.rows[row].pk if row else 0
        kind = "alert token" if "/alertes/" in route else "renewal token"
        values["token"] = world.values[kind]
    elif route.startswith("/mon-espace/invitations/"):
        values["token"] = world.values["invitation"]
    elif route.startswith("/presence/"):
        values["token"] = world.values["presence"]
    elif route.startswith("/jury/dossiers/"):
        values["file_id"] = world.values["project piece"]
    return values


# --- What Django's admin adds to its lists


def _actions(world: World) -> Iterator[Question]:
    """Every act on ticked rows of a list."""
    for model, model_admin in admin.site._registry.items():
        label = model._meta.label_lower
        for _, name, _ in model_admin._get_base_actions():
            route = f"/admin/{label.replace('.', '/')}/"
            sends = (("action", name), ("_selected_action", str(world.rows[label].pk)))
            yield Question(route=route, address=route, of=f"action={name}", sends=sends)


def _autocompletions(world: World) -> Iterator[Question]:
    """Every field of a form that proposes rows while one types."""
    for model, model_admin in admin.site._registry.items():
        for field in model_admin.autocomplete_fields:
            search = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name or "",
                "field_name": field,
                "term": "",
            }
            yield Question(
                route="/admin/autocomplete/",
                address="/admin/autocomplete/",
                of=f"{model._meta.label_lower}.{field}",
                search=tuple(search.items()),
            )
