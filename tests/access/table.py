"""docs/access.md: who is answered what at every address. Written by the test that asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from django.conf import settings

from tests.access.people import KINDS, NAMES

PATH = settings.BASE_DIR / "docs" / "access.md"
# A line's cells, by the name of a kind of person; "" where the person is not asked.
Lines = Mapping[str, Mapping[str, str]]

_HEAD = """# Who is answered what

Every address of the portal, asked as every kind of person with `GET` then with `POST`, on rows
that exist, with a form filled in as that page shows it. `tests/access` asks, compares with this
page, and writes it: `WRITE_ACCESS=1 make test ARGS=tests/access`, then read what changed. An
address that is added fails until it has its lines here.

| Kind | Who |
|---|---|
{people}

| Word | Answer |
|---|---|
| yes | a page, a file, or a form with its faults |
| to | led to another page |
| in | led to sign in |
| no | refused, with the reason |
| 404 | as an address that does not exist |
| 405 | the page takes no such request |
| 409 | a page that says why it was not done |
| … + | and something was written |
| word/word | `GET`, then `POST`; one word for both |

« = » is the answer of `other`: in the back office whoever is not of the staff is one kind of
person, and on the pages of an account everybody is. A page that takes no `POST` from the superuser
takes none; when anybody may read it, it is asked as a visitor only. Django's own pages of history
and of removal ask the same right whatever the method: they are asked with `GET`, and the acts on
ticked rows (`action=…`) with `POST`.
"""


def document(lines: Lines) -> str:
    people = "\n".join(f"| {kind.name} | {kind.words} |" for kind in KINDS)
    parts = [_HEAD.format(people=people)]
    for section, names in groupby(lines, key=_section):
        parts.append(
            f"## {section}\n\n{_row('Address', NAMES)}\n{_row('---', ['---'] * len(NAMES))}"
        )
        parts[-1] += "".join(
            f"\n{_row(f'`{name}`', [lines[name].get(kind, '') for kind in NAMES])}"
            for name in names
        )
        parts[-1] += "\n"
    return "\n".join(parts)


def _row(first: str, cells: Sequence[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"


def _section(name: str) -> str:
    """The first part of the address, two in the back office."""
    parts = name.split(" ", maxsplit=1)[0].strip("/").split("/")
    kept = parts[:2] if parts[0] == "admin" else parts[:1]
    return "/" + "/".join(part for part in kept if "<" not in part)
