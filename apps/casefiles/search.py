"""Find files as agents ask for them: a reference, a name, an RPPS number, a commune."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Lower

from apps.casefiles.models.casefile_indexes import RECENT
from apps.casefiles.programmes import programmes
from apps.core.identifiers import normalise_reference
from apps.territory.search import Match, communes_answering, match_of

# Every word costs a look into the index; nobody names a person with more.
_MOST_WORDS = 6
_SHORTEST_NUMBER = 8
_MOST_COMMUNES = 40
# Looked up as it is: its parts are those of thousands of others.
_WHOLE_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


@dataclass(frozen=True)
class FileSearch:
    """The conditions of which a file that answers meets one, each with an index of its own.

    `head` is what the first files of a list meet, for core.paging.first_keys: a single word may
    name thousands of files, of which the recent ones are enough. What is written in full names
    few, and to look twice would cost more than it saves: None.
    """

    ways: Sequence[Q]
    head: Q | None = None

    @property
    def condition(self) -> Q:
        return reduce(or_, self.ways)


def read_search(text: str) -> FileSearch:
    """What `text` asks for: every file when it is empty.

    Accents, case and the order of words do not matter; a reference is understood with or
    without its hyphens. What designates files elsewhere (communes, numbers) is looked up first:
    an OR over joined tables would read every file.
    """
    words = text.split()[:_MOST_WORDS]
    if not words:
        return FileSearch([Q()])
    if reference := normalise_reference(text):
        return FileSearch([Q(reference=reference)])
    if _WHOLE_ADDRESS.fullmatch(text.strip()):
        return FileSearch([Q(email__iexact=text.strip())])
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
        return FileSearch([*ways, Q(pk__in=found)])
    return FileSearch(ways, head=RECENT if len(words) == 1 else None)


def _communes(text: str) -> list[str]:
    """INSEE codes of the communes that the text names; a misspelled name names none."""
    found = communes_answering(text, limit=_MOST_COMMUNES)
    return [commune.pk for commune in found if match_of(commune) != Match.SIMILAR]
