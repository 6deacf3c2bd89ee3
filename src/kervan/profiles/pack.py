"""Packs rows for PostgreSQL's binary COPY, several times as fast as a call for each row.

The format is that of PostgreSQL's documentation of COPY ("Binary Format"): times are
microseconds since 2000-01-01, each field is preceded by its length, -1 is null.
"""

import struct
from collections.abc import Iterable
from itertools import islice

from kervan.kernel.postgres import Connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_EPOCH_MS = 946_684_800_000
_AT_ONCE = 400

_profile = struct.Struct("!hiii16si").pack
_count = struct.Struct("!h").pack
_length = struct.Struct("!i").pack
_people = struct.Struct("!iiiiih").pack
_time = struct.Struct("!iq").pack
_number = struct.Struct("!ii").pack
_claim = struct.Struct("!hiiihi16si").pack
_claimed = struct.Struct("!iqiiih").pack
_owned = struct.Struct("!iqiiihiii").pack
_session = struct.Struct("!hiqi16s").pack
_signer = struct.Struct("!iiiii?").pack
_NULL = _length(-1)


def copy(conn: Connection, statement: str, rows: Iterable[bytes]) -> None:
    """Run a `copy ... from stdin (format binary)` with packed rows.

    They are sent by the hundreds: the server writes some while the next are made.
    """
    waiting = iter(rows)
    with conn.cursor() as cursor, cursor.copy(statement) as target:
        target.write(_HEADER)
        while some := b"".join(islice(waiting, _AT_ONCE)):
            target.write(some)
        target.write(_END)


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


def identifier(
    person: int,
    kind: int,
    hash_: bytes,
    sealed: bytes,
    first_ms: int,
    verified_ms: int,
    source: int,
    rank: int,
    atom: int,
) -> bytes:
    """A row of identifier: person, kind, hash, sealed, claimed_at, source, rank, verified_at, atom.

    `verified_ms` is 0 for never, `atom` the one that is anchored there (0: none).
    """
    claimed = (first_ms - _EPOCH_MS) * 1000
    head = _claim(9, 4, person, 2, kind, 16, hash_, len(sealed)) + sealed
    if not verified_ms:
        return head + _owned(8, claimed, 4, source, 2, rank, -1, 4, atom)
    return b"".join(
        (head, _claimed(8, claimed, 4, source, 2, rank), _instant(verified_ms), _number(4, atom))
    )


def claim(
    person: int,
    kind: int,
    hash_: bytes,
    sealed: bytes,
    first_ms: int,
    verified_ms: int,
    source: int,
    rank: int,
    reason: str,
) -> bytes:
    """A row of claim: as in `identifier`, with the reason why it does not own at its end."""
    claimed = (first_ms - _EPOCH_MS) * 1000
    return b"".join(
        (
            _claim(9, 4, person, 2, kind, 16, hash_, len(sealed)),
            sealed,
            _claimed(8, claimed, 4, source, 2, rank),
            _at(verified_ms),
            _text(reason),
        )
    )


def decision(
    at_ms: int,
    what: str,
    person: int,
    other: int,
    value: tuple[int, bytes] | None,
    reason: str,
    actor: str,
) -> bytes:
    """A row of identity_decision, with its fields in this order; no value is kind 0 and a null."""
    kind, hash_ = value or (0, b"")
    return b"".join(
        (
            _count(8),
            _instant(at_ms),
            _text(what),
            _people(4, person, 4, other, 2, kind),
            _length(16) + hash_ if value else _NULL,
            _text(reason),
            _text(actor),
        )
    )


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


def _instant(at_ms: int) -> bytes:
    return _time(8, (at_ms - _EPOCH_MS) * 1000)


def _text(text: str) -> bytes:
    raw = text.encode()
    return _length(len(raw)) + raw


def _at(at_ms: int) -> bytes:
    return _instant(at_ms) if at_ms else _NULL
