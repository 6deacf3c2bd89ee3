"""The stored keys: random, wrapped under the master key, and wrapped anew when that changes."""

from dataclasses import dataclass

from kervan.kernel import clock, crypto, sql
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "keyring.sql")
_INSTALLATION = "installation"
_WORKSPACE = "workspace "


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored key as it lies in the database: under which master key, sealed."""

    name: str
    master: bytes
    wrapped: bytes


def stored(conn: Connection) -> list[Stored]:
    """All stored keys, under all master keys."""
    return [Stored(*row) for row in conn.execute(_SQL.stored).fetchall()]


def is_begun(conn: Connection) -> bool:
    """Whether a master key is needed to read what is here already."""
    return bool(stored(conn) or conn.execute(_SQL.derived).fetchone())


def prepare(conn: Connection, master: bytes, workspaces: list[str]) -> None:
    """Make the keys that are missing, in the caller's transaction.

    A key that was derived from the master key before keys were stored is stored as it is.
    Raises kernel.master_key_wrong when what is stored is under other master keys only.
    """
    conn.execute(_SQL.lock)
    known = _opened(conn, master)
    derived = {name for (name,) in conn.execute(_SQL.derived).fetchall()}
    names = [_INSTALLATION, *(_WORKSPACE + one for one in workspaces)]
    for name in names:
        if name in known:
            continue
        key = _derived(master, name) if name in derived else crypto.new_key()
        _add(conn, master, name, key)


def _derived(master: bytes, name: str) -> bytes:
    if name == _INSTALLATION:
        return master
    return crypto.workspace_key_of(master, name.removeprefix(_WORKSPACE))


def open_vault(conn: Connection, master: bytes) -> Vault:
    """The keys of the installation. Raises kernel.master_key_wrong, kernel.keys_missing."""
    known = _opened(conn, master)
    root = known.pop(_INSTALLATION, None)
    if root is None:
        raise KervanError("kernel.keys_missing", status=500)
    return Vault(root, {name.removeprefix(_WORKSPACE): key for name, key in known.items()})


def _opened(conn: Connection, master: bytes) -> dict[str, bytes]:
    rows = stored(conn)
    mine = crypto.fingerprint(master)
    if rows and all(one.master != mine for one in rows):
        wanted = " / ".join(sorted({one.master.hex() for one in rows}))
        raise KervanError("kernel.master_key_wrong", status=500, found=mine.hex(), wanted=wanted)
    return {
        one.name: crypto.unwrap(master, one.name, one.wrapped) for one in rows if one.master == mine
    }


def rewrap(conn: Connection, old: bytes, new: bytes) -> int:
    """Let `new` open what `old` opens, beside it; gives how many keys are under `new` now.

    Doing it again adds only what came meanwhile. Raises kernel.master_key_wrong.
    """
    conn.execute(_SQL.lock)
    known = _opened(conn, old)
    for name, key in known.items():
        _add(conn, new, name, key)
    return len(known)


def retire(conn: Connection, master: bytes) -> int:
    """Forget what is wrapped under any key but `master`; gives how many rows went.

    Raises kernel.keys_not_rewrapped when something would be lost by it.
    """
    conn.execute(_SQL.lock)
    rows = stored(conn)
    mine = crypto.fingerprint(master)
    kept = {one.name for one in rows if one.master == mine}
    if lost := sorted({one.name for one in rows} - kept):
        raise KervanError("kernel.keys_not_rewrapped", status=409, names=", ".join(lost))
    return conn.execute(_SQL.retire, {"master": mine}).rowcount


def _add(conn: Connection, master: bytes, name: str, key: bytes) -> None:
    values = {
        "name": name,
        "master": crypto.fingerprint(master),
        "wrapped": crypto.wrap(master, name, key),
        "at": clock.now(),
    }
    conn.execute(_SQL.add, values)
