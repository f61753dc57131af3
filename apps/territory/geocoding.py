"""From what somebody types to a point: a commune found offline, or an address found online.

The address service is a setting (settings.ADDRESS_SERVICE). It has a short time to answer; when it
does not, or knows nothing, the commune named in the address is taken, and the page says so.
"""

from __future__ import annotations

import json
import logging
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

from apps.territory.forms import InseeFirstCommuneField
from apps.territory.models import Commune
from apps.territory.search import communes_answering, only_answer

logger = logging.getLogger(__name__)

_MOST_BYTES = 100_000
_LONGEST = 200
# Below this the service itself is not sure that it is the same address.
_LEAST_SCORE = 0.5
_POSTCODE_AND_TOWN = re.compile(r"\b(?P<code>45\d{3})\b\s*(?P<town>[^\d,;]*)")
# What reading an answer may raise: no connection, no time, no HTTP, no JSON, another shape.
_FAILURES = (OSError, HTTPException, ValueError, KeyError, TypeError)


@dataclass(frozen=True, kw_only=True)
class Located:
    """A point in degrees. `label` is what the box shows again, `of_it` follows « autour ».

    `is_approximate`: a street was asked for, and only its commune was found.
    """

    latitude: float
    longitude: float
    label: str
    of_it: str
    commune: Commune | None = None
    is_approximate: bool = False

    @classmethod
    def at_hall(cls, commune: Commune, *, label: str = "", is_approximate: bool = False) -> Located:
        return cls(
            latitude=commune.hall_latitude,
            longitude=commune.hall_longitude,
            label=label or commune.label,
            of_it=commune.of_it,
            commune=commune,
            is_approximate=is_approximate,
        )


class LocationField(InseeFirstCommuneField):
    """A commune, a postcode or an address. Cleans to a Located; at most one call, two queries."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Une commune, un code postal ou une adresse.")
        super().__init__(**kwargs)
        # An address is longer than the name of a commune.
        self.max_length = _LONGEST
        self.validators = [MaxLengthValidator(_LONGEST), ProhibitNullCharactersValidator()]

    def clean(self, value: Any) -> Located | None:  # type: ignore[override]
        """Raises ValidationError, as CommuneField does; a failing service is not an error."""
        try:
            commune = super().clean(value)
        except ValidationError as error:
            if getattr(error, "code", "") != "unknown":  # a list of them has none
                raise
            typed = str(value).strip()
            if found := find_address(typed) or _commune_of(typed):
                return found
            raise
        return Located.at_hall(commune) if commune else None


def find_address(typed: str) -> Located | None:
    """The point of an address of the Loiret, by the national service; None when it has none.

    The service gets the typed words and nothing of the visitor. Never raises: what goes wrong is
    logged, without the address.
    """
    service: dict[str, Any] = settings.ADDRESS_SERVICE
    if not service["url"]:
        return None
    # The address is ours, from the settings: no other scheme can come in.
    request = urllib.request.Request(  # noqa: S310
        f"{service['url']}?{urlencode({'q': typed, 'limit': 5})}",
        headers={"Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=service["timeout"]) as answer:  # noqa: S310
            content = json.loads(answer.read(_MOST_BYTES))
        return next(_in_loiret(content["features"], typed), None)
    except _FAILURES as error:
        logger.warning("The address service gave no answer: %s.", type(error).__name__)
        return None


def _in_loiret(features: list[dict[str, Any]], typed: str) -> Iterator[Located]:
    for feature in features:
        properties = feature["properties"]
        if properties["citycode"].startswith("45") and properties["score"] >= _LEAST_SCORE:
            longitude, latitude = feature["geometry"]["coordinates"]
            yield Located(
                latitude=float(latitude),
                longitude=float(longitude),
                label=typed,
                of_it=f"de cette adresse\u00a0: {properties['label']}",
            )


def _commune_of(typed: str) -> Located | None:
    """The commune that an address names after its postcode: « 3 rue Basse, 45130 Meung »."""
    if not (named := _POSTCODE_AND_TOWN.search(typed)):
        return None
    code, town = named["code"], named["town"].strip()
    commune = only_answer(communes_answering(f"{code} {town}".strip()))
    return Located.at_hall(commune, label=typed, is_approximate=True) if commune else None
