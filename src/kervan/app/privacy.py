"""`kervan erase` and its neighbours: what people ask of their data, done from the command line."""

import argparse
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from clickhouse_connect.driver.client import Client

from kervan.app import ground, listen
from kervan.consent import packs
from kervan.engines import supervise
from kervan.kernel import clickhouse, clock, crypto, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.privacy import access as giving
from kervan.privacy import erase as erasing
from kervan.privacy import receipt, register, requests, retention, whom
from kervan.profiles import read as people_of
from kervan.web.pages import mails

_PATIENCE_SECONDS = 120.0
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command of this page works with."""

    config: Config
    conn: postgres.Connection
    history: Client
    vault: crypto.Vault

    @property
    def keys(self) -> crypto.WorkspaceVault:
        """The keys of the workspace."""
        return self.vault.workspace(self.config.workspace)

    @property
    def place(self) -> erasing.Place:
        """Where an erasure works."""
        config = self.config
        return erasing.Place(
            self.vault, config.workspace, config.replay_days, mails.folder_of(config.data)
        )


@contextlib.contextmanager
def desk(config: Config) -> Iterator[Desk]:
    """The databases and keys, of a running Kervan or started for the command."""
    listen.to_the_ledger()  # an erasure ends consents, and with them what waits to be sent
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        database = postgres.schema_name(ready.workspace)
        client = clickhouse.connect(ready.clickhouse_url, database)
        try:
            yield Desk(ready, conn, client, ground.vault_of(ready))
        finally:
            client.close()


def erase(config: Config, arguments: argparse.Namespace) -> int:
    """Erase a person and print the receipt; an erasure that was cut off is finished first."""
    with desk(config) as mine:
        for left in erasing.unfinished(mine.conn):
            finish(mine, left)
        one = _begin(mine, arguments.person, at_once=arguments.now)
        mine.conn.commit()
        finish(mine, one)
        done = erasing.of_person(mine.conn, one.person_id)
        assert done is not None
        facts = receipt.receipt(mine.conn, done, config.locale)
    text = msgspec.json.format(msgspec.json.encode(facts), indent=2).decode()
    if arguments.receipt:
        arguments.receipt.write_text(text + "\n", encoding="utf-8")
    else:
        log.say(text)
    for sentence in facts["sentences"]:
        log.say(sentence)
    return 0


def _begin(mine: Desk, said: str, *, at_once: bool) -> erasing.Erasure:
    outside = whom.public_id(said)
    before = erasing.of_person(mine.conn, outside) if outside else None
    if before is not None:
        return erasing.hasten(mine.conn, before) if at_once else before
    head = whom.head(mine.conn, mine.keys, mine.config.country, said)
    return erasing.begin(mine.conn, head, clock.now(), at_once=at_once)


def finish(mine: Desk, one: erasing.Erasure) -> None:
    """Do all steps of an erasure that are left, each committed with its record.

    Raises privacy.events_wait when what came before does not get processed.
    """
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while step := erasing.next_step(mine.conn, one):
        mine.conn.rollback()
        if _do(mine, one, step):
            one = erasing.of_person(mine.conn, one.person_id) or one
            continue
        if clock.monotonic() > deadline:
            raise KervanError("privacy.events_wait", status=409)
        clock.sleep(_LOOK_SECONDS)
    mine.conn.rollback()


def _do(mine: Desk, one: erasing.Erasure, step: str) -> bool:
    if erasing.is_in_transaction_only(step):
        done = erasing.advance(mine.conn, mine.history, mine.place, one, step, clock.now())
    else:
        config = mine.config
        with postgres.connect(
            config.postgres_url, autocommit=True, workspace=config.workspace
        ) as alone:
            rows = erasing.wipe_step(alone, one, step)
        erasing.note(mine.conn, one, step, rows, clock.now())
        done = True
    mine.conn.commit()
    return done


def access(config: Config, arguments: argparse.Namespace) -> int:
    """Write everything we know of a person into a zip."""
    with desk(config) as mine:
        head = whom.head(mine.conn, mine.keys, mine.config.country, arguments.person)
        draft = arguments.file.with_name(arguments.file.name + ".part")
        try:
            with open(draft, "xb", opener=_ours_alone) as out:
                written = giving.write(
                    mine.conn, mine.history, mine.keys, mine.config.address, head, clock.now(),
                    out, locale=config.locale,
                )  # fmt: skip
            draft.replace(arguments.file)
        except OSError as error:
            raise KervanError(
                "cli.cannot_write", path=arguments.file, problem=error.strerror
            ) from None
        finally:
            draft.unlink(missing_ok=True)
    log.say(f"{arguments.file}: " + ", ".join(f"{n} {name}" for name, n in written.counts.items()))
    return 0


def _ours_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def privacy(config: Config, arguments: argparse.Namespace) -> int:
    """Requests and their due days, the register, how long data is kept."""
    actions = {"requests": _requests, "open": _open, "close": _close, "register": _register}
    with desk(config) as mine:
        status = actions.get(arguments.action, _retention)(mine, arguments)
        mine.conn.commit()
    return status


def _requests(mine: Desk, _: argparse.Namespace) -> int:
    now = clock.now()
    found = requests.all_requests(mine.conn)
    for one in found:
        word = "LATE" if one.is_late(now) else one.state
        log.say(f"{one.id}\t{one.kind}\t{one.person_id}\t{word}\tdue {one.due_at:%Y-%m-%d %H:%M}")
    return 1 if any(one.is_late(now) for one in found) else 0


def _open(mine: Desk, arguments: argparse.Namespace) -> int:
    head = whom.head(mine.conn, mine.keys, mine.config.country, arguments.person)
    outside = people_of.contacts(mine.conn, mine.keys, [head])[head].id
    one = requests.open_request(
        mine.conn,
        arguments.kind,
        outside,
        received_at=clock.now(),
        jurisdiction=packs.of_country(mine.config.country),
        zone=mine.config.timezone,
        channel=arguments.channel,
        identity_proof=arguments.proof,
        actor="command line",
    )
    log.say(f"{one.id}\tdue {one.due_at:%Y-%m-%d %H:%M}")
    return 0


def _close(mine: Desk, arguments: argparse.Namespace) -> int:
    state = "refused" if arguments.refused else "done"
    requests.close(
        mine.conn, arguments.request, state, arguments.answer, clock.now(), "command line"
    )
    return 0


def _register(mine: Desk, _: argparse.Namespace) -> int:
    found = register.register(mine.conn, mine.config.country, clock.now(), mine.config.locale)
    log.say(msgspec.json.format(msgspec.json.encode(found, enc_hook=str), indent=2).decode())
    return 1 if found["missing"] else 0


def _retention(mine: Desk, _: argparse.Namespace) -> int:
    for rule in retention.rules(mine.conn):
        days = "for ever" if rule.days is None else f"{rule.days} days"
        log.say(f"{rule.kind}\t{days}\t{rule.source}")
    return 0
