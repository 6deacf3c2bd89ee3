"""Packs rows for PostgreSQL's binary COPY, several times as fast as a call for each row.

The format is that of PostgreSQL's documentation of COPY ("Binary Format"): times are
microseconds since 2000-01-01, each field is preceded by its length, -1 is null.
"""

import struct
from collections.abc import Iterable
from typing import NamedTuple

from kervan.kernel.postgres import Connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_EPOCH_MS = 946_684_800_000

_profile = struct.Struct("!hiii16si").pack
_length = struct.Struct("!i").pack
_time = struct.Struct("!iq").pack
_number = struct.Struct("!ii").pack
_claim = struct.Struct("!hiiihi16si").pack
_claimed = struct.Struct("!iqiiih").pack
_session = struct.Struct("!hiqi16s").pack
_signer = struct.Struct("!iiiii?").pack
_NULL = _length(-1)


class ClaimRow(NamedTuple):
    """One claim as it is stored; `verified_ms` is 0 for never, times in milliseconds."""

    person: int
    kind: int
    hash: bytes
    sealed: bytes
    first_ms: int
    verified_ms: int
    source: int
    rank: int


def copy(conn: Connection, statement: str, rows: Iterable[bytes]) -> None:
    """Run a `copy ... from stdin (format binary)` with packed rows."""
    with conn.cursor() as cursor, cursor.copy(statement) as target:
        target.write(_HEADER + b"".join(rows) + _END)


def profile(
    person: int,
    outside: bytes,
    key: bytes,
    at_ms: int,
    merged_into: int,
    personal: bytes | None,
    traits: bytes,
) -> bytes:
    """A row of profile: person, id, key, created_at, merged_into (0: null), personal, traits."""
    return b"".join(
        (
            _profile(7, 4, person, 16, outside, len(key)),
            key,
            _instant(at_ms),
            _number(4, merged_into) if merged_into else _NULL,
            _NULL if personal is None else _length(len(personal)) + personal,
            _length(len(traits) + 1),
            b"\x01",  # the version of jsonb's binary form
            traits,
        )
    )


def identifier(row: ClaimRow, atom: int) -> bytes:
    """A row of identifier: person, kind ... as in `claim`, then the atom anchored there."""
    return _fields(9, row) + _number(4, atom)


def claim(row: ClaimRow, reason: str) -> bytes:
    """A row of claim: person, kind, hash, sealed, claimed_at, source, rank, verified_at, reason."""
    text = reason.encode()
    return _fields(9, row) + _length(len(text)) + text


def session(
    number: int,
    device: bytes,
    first_ms: int,
    last_ms: int,
    person: int,
    signer: int,
    lead: bool,
    sign_first_ms: int,
    sign_last_ms: int,
) -> bytes:
    """A row of session, with its fields in this order; a sign-in at 0 is null."""
    return b"".join(
        (
            _session(9, 8, number, 16, device),
            _instant(first_ms),
            _instant(last_ms),
            _signer(4, person, 4, signer, 1, lead),
            _at(sign_first_ms),
            _at(sign_last_ms),
        )
    )


def _fields(count: int, row: ClaimRow) -> bytes:
    sealed = row.sealed
    claimed = (row.first_ms - _EPOCH_MS) * 1000
    return b"".join(
        (
            _claim(count, 4, row.person, 2, row.kind, 16, row.hash, len(sealed)),
            sealed,
            _claimed(8, claimed, 4, row.source, 2, row.rank),
            _at(row.verified_ms),
        )
    )


def _instant(at_ms: int) -> bytes:
    return _time(8, (at_ms - _EPOCH_MS) * 1000)


def _at(at_ms: int) -> bytes:
    return _instant(at_ms) if at_ms else _NULL
