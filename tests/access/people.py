"""One person of each kind, as the table of who may what names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.factories.accounts import UserFactory


@dataclass(frozen=True)
class Kind:
    """A column of the table."""

    name: str
    words: str
    grants: tuple[tuple[Role, str], ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()
    # Nothing that belongs to the files of others may be read in what they are answered.
    is_stranger: bool = False


# No row of the world is of this programme.
ELSEWHERE = "ailleurs"
VISITOR = "visitor"
KINDS = (
    Kind(VISITOR, "nobody signed in", is_stranger=True),
    Kind("owner", "whose files, rooms, bookings and alerts are asked for"),
    Kind("co-editor", "fills the owner’s draft in, by invitation"),
    Kind("other", "another applicant", is_stranger=True),
    Kind("host", "proposes the room that the owner booked", is_stranger=True),
    Kind("juror", "sits in the jury of the call, reads the owner’s project"),
    Kind("member", "of the commission", grants=((Role.COMMITTEE_MEMBER, "installation"),)),
    Kind("caseworker", "of every programme", grants=((Role.CASEWORKER, ""),)),
    Kind("head", "of the guichet", grants=((Role.HEAD, ""),)),
    Kind("accountant", "of every programme", grants=((Role.ACCOUNTANT, ""),)),
    Kind("editor", "of the public data", grants=((Role.EDITOR, ""),), is_stranger=True),
    Kind("auditor", "of every programme", grants=((Role.AUDITOR, ""),)),
    Kind(
        "elsewhere",
        "holds every role but the editor’s, for a programme that no row is of",
        grants=tuple((role, ELSEWHERE) for role in Role if role != Role.EDITOR),
        is_stranger=True,
    ),
    Kind(
        "superuser",
        "runs the machine",
        fields=(("is_staff", True), ("is_superuser", True)),
    ),
)
NAMES = tuple(kind.name for kind in KINDS)
STRANGERS = tuple(kind.name for kind in KINDS if kind.is_stranger)


def everybody() -> dict[str, User]:
    """Each kind of person but the visitor, by name."""
    return {
        kind.name: UserFactory(grants=kind.grants, **dict(kind.fields))
        for kind in KINDS
        if kind.name != VISITOR
    }
