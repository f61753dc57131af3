"""Find communes the way people type them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.db import models
from django.db.models import Case, F, Func, Min, Q, QuerySet, Value, When, Window
from django.db.models.functions import Concat

from apps.core.compiled import instances
from apps.territory.models import Commune

# The largest postcode of the Loiret counts 30 communes: a postcode is always listed whole.
CANDIDATES_SHOWN = 35
# Below this share of common trigrams a name is no longer a plausible misspelling.
_SIMILARITY_FLOOR = 0.3
# « 45430 », « Chécy », « 45430 Chécy » and « Chécy (45430) »: of the last two, the name decides.
_TYPED = re.compile(r"^(?P<code>\d{5})?\s*(?P<name>\D*?)\s*(?:\(?\d{5}\)?)?$")


class Match(IntEnum):
    """How a commune answers a search, best first."""

    EXACT = 0  # the whole name, or a postcode
    CODE = 1  # its INSEE code, which may also be the postcode of others
    START = 2
    WORD = 3
    INSIDE = 4
    SIMILAR = 5


def communes_answering(text: str, limit: int = CANDIDATES_SHOWN) -> list[Commune]:
    """At most `limit` communes that answer `text`, best first, then in French order.

    `text` is a name or part of one (accents, hyphens, articles and « St » for « Saint » do
    not matter), a postcode, an INSEE code, or a name with its postcode: `match_of` tells how each
    answered. Misspelled names are proposed only when nothing else answers. 1 query.
    """
    # PostgreSQL texts hold no NUL.
    if not (typed := _TYPED.match(text.replace("\x00", "").strip())):
        return []
    if typed["code"] and not typed["name"]:
        return list(communes_of_code(typed["code"])[:limit])
    return instances(_of_name, limit, name=typed["name"])


def communes_of_code(code: str) -> QuerySet[Commune]:
    """Those of a postcode or an INSEE code, with their `match`."""
    return (
        Commune.objects.filter(Q(postcodes__contains=[code]) | Q(pk=code))
        .annotate(
            match=Case(
                When(postcodes__contains=[code], then=Match.EXACT),
                default=Match.CODE,
                output_field=models.PositiveSmallIntegerField(),
            )
        )
        .order_by("match", "search_key")
    )


def _of_name(limit: int, *, name: str) -> QuerySet[Commune]:
    key = F("wanted")
    ranked = Commune.objects.annotate(
        wanted=Func(Value(name), function="commune_search_key", output_field=models.TextField()),
        similarity=TrigramStrictWordSimilarity(key, "search_key"),  # type: ignore[arg-type] # F too
        match=Case(
            When(search_key=key, then=Match.EXACT),
            When(search_key__startswith=key, then=Match.START),
            When(search_key__contains=Concat(Value(" "), key), then=Match.WORD),
            When(search_key__contains=key, then=Match.INSIDE),
            When(similarity__gte=_SIMILARITY_FLOOR, then=Match.SIMILAR),
            output_field=models.PositiveSmallIntegerField(),
        ),
    ).filter(~Q(wanted=""), match__isnull=False)
    return (
        ranked.annotate(best=Window(Min("match")))
        .filter(Q(match__lt=Match.SIMILAR) | Q(best=Match.SIMILAR))
        .order_by("match", Case(When(match=Match.SIMILAR, then=-F("similarity"))), "search_key")
    )[:limit]


def match_of(commune: Commune) -> Match:
    """How a commune answered that a search found."""
    found: int = getattr(commune, "match")  # noqa: B009 - an annotation
    return Match(found)


def only_answer(found: Sequence[Commune]) -> Commune | None:
    """The commune that a search surely means, or None when the person has to choose.

    A name in full wins over longer names. A misspelled name is never taken for granted, nor are
    five digits that are the postcode of one commune and the INSEE code of another.
    """
    if len(found) == 1 and match_of(found[0]) != Match.SIMILAR:
        return found[0]
    exact = [commune for commune in found if match_of(commune) == Match.EXACT]
    is_code_of_another = any(match_of(commune) == Match.CODE for commune in found)
    return exact[0] if len(exact) == 1 and not is_code_of_another else None
