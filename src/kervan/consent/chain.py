"""The text and the hash of a ledger row: what makes every later change of it visible.

A row's hash is SHA-256 over its place, all it says and the hash before it. The end of the chain
is signed with a key of the workspace, so whoever can write to the database but does not hold the
key can neither add a row nor cut some off behind a checkpoint without being found.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from kervan.kernel import crypto
from kervan.kernel.crypto import WorkspaceVault

GENESIS = hashlib.sha256(b"kervan consent ledger").digest()
"""What stands before the first row."""
_SEPARATOR = "\x1f"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime | None) -> str:
    """An instant as whole microseconds since 1970-01-01 UTC, "" for none."""
    return "" if at is None else str((at - _EPOCH) // _MICROSECOND)


def text_of(fields: Sequence[object]) -> str:
    """The hashed text of a row without its `prev_hash`: the fields in the table's order.

    No field may hold the separator (ledger.record sees to it), so no two rows share a text.
    """
    return _SEPARATOR.join(map(str, fields))


def digest(proof: bytes) -> bytes:
    """What the chain keeps of a proof, which may be forgotten later."""
    return hashlib.sha256(proof).digest()


def link(text: str, before: bytes) -> bytes:
    """The hash of a row with this text behind the row with the hash `before`."""
    return hashlib.sha256(f"{text}{_SEPARATOR}{before.hex()}".encode()).digest()


def sign(vault: WorkspaceVault, what: str, position: int, hash_: bytes) -> bytes:
    """The signature (32 bytes) of the chain's state; `what` is head or checkpoint."""
    key = vault.derive("consent ledger")
    return crypto.sign(key, f"{what} {position} ".encode() + hash_, 32)


def is_signed(
    vault: WorkspaceVault, what: str, position: int, hash_: bytes, signature: bytes | None
) -> bool:
    """Whether `signature` is the one `sign` makes."""
    return signature is not None and crypto.same(sign(vault, what, position, hash_), signature)
