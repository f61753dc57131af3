"""Find files as agents ask for them: a reference, a name, an RPPS number, a commune."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Lower

from apps.casefiles.programmes import programmes
from apps.core.identifiers import normalise_reference
from apps.territory.models import Commune, Match

# Every word costs a look into the index; nobody names a person with more.
_MOST_WORDS = 6
_SHORTEST_NUMBER = 8
_MOST_COMMUNES = 40
# Looked up as it is: its parts are those of thousands of others.
_WHOLE_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def either(ways: Sequence[Q]) -> Q:
    """What a file meets that answers in one of these ways."""
    return reduce(or_, ways)


def ways_to_answer(text: str) -> list[Q]:
    """The conditions of which a file that answers `text` meets one, each with an index of its own:
    none to meet for an empty text.

    Accents, case and the order of words do not matter; a reference is understood with or
    without its hyphens. What designates files elsewhere (communes, numbers) is looked up first:
    an OR over joined tables would read every file.
    """
    words = text.split()[:_MOST_WORDS]
    if not words:
        return [Q()]
    if reference := normalise_reference(text):
        return [Q(reference=reference)]
    if _WHOLE_ADDRESS.fullmatch(text.strip()):
        return [Q(email__iexact=text.strip())]
    named = Q()
    for word in words:
        folded = Func(Lower(Value(word)), function="f_unaccent", output_field=TextField())
        named &= Q(search_key__contains=folded)
    ways = [named]
    if communes := _communes(text):
        ways.append(Q(commune__in=communes))
    digits = "".join(words)
    if digits.isdecimal() and len(digits) >= _SHORTEST_NUMBER:
        found = [pk for programme in programmes for pk in programme.find_by_number(digits)]
        ways.append(Q(pk__in=found))
    return ways


def _communes(text: str) -> list[str]:
    """INSEE codes of the communes that the text names; a misspelled name names none."""
    found = Commune.objects.search(text, limit=_MOST_COMMUNES)
    return [commune.pk for commune in found if commune.match != Match.SIMILAR]
