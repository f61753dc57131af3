"""How the events of a file are chained: the same bytes in SQL and in Python.

Each event carries the digest of the one before, from 32 zero bytes on. What may be erased one day
(who, which words) is sealed apart, with a random salt: once salt and words are gone, the seal
stays, tells nothing, and the chain still holds. See docs/decisions/0034-a-chained-log.md.

    text   = sha256(salt ‖ json [actor, comment, payload])
    digest = sha256(digest before ‖ text ‖ json [file, sequence, kind, at in µs, move, from, to,
                                                 is_public])

The trigger of the model writes both; log_verification.py computes them again. Whoever copies rows
in with triggers switched off (a bulk generator) computes them here.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

# What the first event of a file carries.
GENESIS = bytes(32)
GENESIS_SQL = r"'\x" + GENESIS.hex() + "'::bytea"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_digest_sql(row: str) -> str:
    """Expression for the seal of a row's words; `row` is NEW, or an alias of the event table."""
    return (
        f"sha256(uuid_send({row}.salt) || convert_to(jsonb_build_array("
        f"{row}.actor_id, {row}.comment, {row}.payload)::text, 'UTF8'))"
    )


def digest_sql(row: str) -> str:
    """Expression for the digest of a row that knows its place and the digest before it."""
    return (
        f"sha256({row}.previous_digest"
        f" || COALESCE({row}.text_digest, {text_digest_sql(row)})"
        f" || convert_to(jsonb_build_array("
        f"{row}.case_file_id, {row}.sequence, {row}.kind,"
        f" (EXTRACT(EPOCH FROM {row}.at) * 1000000)::bigint,"
        f" {row}.transition, {row}.from_state, {row}.to_state, {row}.is_public)::text, 'UTF8'))"
    )


def text_digest(*, salt: UUID, actor: int | None, comment: str, payload: dict[str, Any]) -> bytes:
    """Raises TypeError for a payload that PostgreSQL might write otherwise (floats)."""
    return sha256(salt.bytes + _json([actor, comment, payload])).digest()


def event_digest(
    *,
    previous: bytes,
    text: bytes,
    case_file: int,
    sequence: int,
    kind: str,
    at: datetime,
    transition: str = "",
    from_state: str = "",
    to_state: str = "",
    is_public: bool = True,
) -> bytes:
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    facts = [case_file, sequence, kind, microseconds, transition, from_state, to_state, is_public]
    return sha256(previous + text + _json(facts)).digest()


def _json(value: object) -> bytes:
    """As PostgreSQL writes a jsonb value."""
    return json.dumps(_ordered(value), ensure_ascii=False).encode()


def _ordered(value: object) -> object:
    """Keys in the order of jsonb: the shorter first, then by their bytes."""
    match value:
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return {key: _ordered(value[key]) for key in keys}
        case list() | tuple():
            return [_ordered(item) for item in value]
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(f"{value!r} is not written the same way by PostgreSQL")
