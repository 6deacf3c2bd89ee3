"""`kervan keys`: shows what opens the data, and changes the master key while everything runs.

Running processes hold the stored keys and need no master key any more; those that start meanwhile
find the old or the new one in its file, and either opens everything until the old one is retired.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from kervan.app import ground
from kervan.engines import supervise
from kervan.kernel import crypto, keyring, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import say


def keys(config: Config, arguments: argparse.Namespace) -> int:
    """Show, rotate or retire."""
    actions = {"show": _show, "rotate": _rotate, "retire": _retire}
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        actions[arguments.action](ready, conn, arguments.to)
    return 0


def _show(config: Config, conn: postgres.Connection, _: Path | None) -> None:
    mine = crypto.fingerprint(ground.master_of(config))
    for one in keyring.stored(conn):
        word = "cli.keys_mine" if one.master == mine else "cli.keys_other"
        log.say(f"{one.name}\t{one.master.hex()}\t{say(word, config.locale)}")


def _rotate(config: Config, conn: postgres.Connection, to: Path | None) -> None:
    if to is not None:
        old = ground.master_of(config)
        new = crypto.load_master_key(to)
        count = keyring.rewrap(conn, old, new)
        conn.commit()
        log.say(say("cli.keys_beside", config.locale, count=count, path=to))
        return
    if config.master_key:
        raise KervanError("cli.keys_from_environment", status=409)
    for step in turn(conn, ground.master_key_path(config)):
        log.say(say(f"cli.keys_{step}", config.locale, path=ground.master_key_path(config)))


def _retire(config: Config, conn: postgres.Connection, _: Path | None) -> None:
    count = keyring.retire(conn, ground.master_of(config))
    conn.commit()
    log.say(say("cli.keys_retired_count", config.locale, count=count))


def turn(conn: postgres.Connection, path: Path) -> Iterator[str]:
    """Change the master key in `path`; gives the name of each step once it is durable.

    Killed anywhere, what is on disk works, and the next call goes on where this one was: a
    finished swap is only tidied up. Raises kernel.master_key_missing, kernel.master_key_wrong.
    """
    coming = path.with_name(path.name + ".next")
    leaving = path.with_name(path.name + ".old")
    if coming.exists() or not leaving.exists():
        old = _read(path)
        keyring.open_vault(conn, old)  # before a new key is made: the right one, and it opens
        conn.rollback()
        new = crypto.load_master_key(coming)
        yield "made"
        keyring.rewrap(conn, old, new)
        conn.commit()
        yield "wrapped"
        _keep(path, leaving)
        yield "kept"
        coming.replace(path)
        crypto.sync_folder(path.parent)
        yield "swapped"
    # A key stored meanwhile by a process that still held the old master is brought along.
    new = _read(path)
    old = _read(leaving)
    if any(one.master == crypto.fingerprint(old) for one in keyring.stored(conn)):
        keyring.rewrap(conn, old, new)
    keyring.retire(conn, new)
    conn.commit()
    yield "retired"
    leaving.unlink()
    crypto.sync_folder(path.parent)
    yield "done"


def _read(path: Path) -> bytes:
    key = crypto.read_master_key(path)
    if key is None:
        raise KervanError("kernel.master_key_missing", status=500, path=path)
    return key


def _keep(path: Path, aside: Path) -> None:
    """A second name for the old key, so that no moment is without it."""
    aside.unlink(missing_ok=True)
    os.link(path, aside)
    crypto.sync_folder(path.parent)
