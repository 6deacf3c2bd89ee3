"""`kervan seed` and `kervan test-send`: test messages to addresses of our own people."""

import argparse
import uuid

from kervan.app import ground
from kervan.content import samples
from kervan.content.messages import preview, store
from kervan.content.messages.definition import sources
from kervan.delivery.seeds import book, send
from kervan.delivery.seeds.book import Seed
from kervan.engines import supervise
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.web import audit

BY = "command"
_ALL = "seeds"


def seed(config: Config, arguments: argparse.Namespace) -> int:
    """Add an address to the list, list all, or take one off."""
    with supervise.attached(config) as ready, _connect(ready) as conn:
        vault = ground.vault_of(ready).workspace(ready.workspace)
        if arguments.action == "add":
            made = book.add(
                conn, vault, arguments.channel, arguments.name, arguments.address,
                ready.country, clock.now(), BY,
            )  # fmt: skip
            facts: dict[str, object] = {"seed": made.id, "channel": made.channel}
            audit.write(conn, ready.workspace, "seed.added", facts)
        elif arguments.action == "remove":
            for one in _named(book.every(conn, vault), arguments.channel):
                book.remove(conn, one.id)
                audit.write(conn, ready.workspace, "seed.removed", {"seed": one.id})
        found = book.every(conn, vault)
        for one in found:
            log.say("\t".join([str(one.id), one.channel, one.name]))
        if not found:
            log.say(i18n.say("delivery.seeds_none", config.locale))
    return 0


def test_send(config: Config, arguments: argparse.Namespace) -> int:
    """Send a message to the seed list, or to one of it, as one person would get it."""
    with supervise.attached(config) as ready, _connect(ready) as conn:
        vault = ground.vault_of(ready).workspace(ready.workspace)
        version = store.get(conn, arguments.key)
        seeds = book.every(conn, vault)
        chosen = seeds if arguments.to == _ALL else _named(seeds, arguments.to)
        reader = _reader(ready, conn, vault, version, arguments.person)
        sent = send.send(conn, vault, version, reader, chosen, clock.now())
        facts: dict[str, object] = {
            "key": version.key, "version": version.number, "person": arguments.person,
            "seeds": [one.seed for one in sent],
        }  # fmt: skip
        audit.write(conn, ready.workspace, "message.tested", facts)
    for one in sent:
        said = {"channel": one.channel, "name": one.name, "message": one.message}
        log.say(i18n.say("delivery.test_sent", config.locale, **said))
    return 0


def _reader(
    config: Config, conn: Connection, vault: WorkspaceVault, version: store.Version,
    wanted: uuid.UUID,
) -> send.Reader:  # fmt: skip
    numbers = list(profiles.heads(conn, [profiles.by_id(conn, wanted)]).values())
    found = next(iter(profiles.contacts(conn, vault, numbers).values()), None)
    if found is None:
        raise KervanError("web.person_unknown", status=404, person=wanted)
    written = sources(version.definition)
    scene = {**samples.of(conn, written.values(), found.person), "person": preview.seen(found)}
    return send.Reader(found.person, scene, found.locale or config.locale)


def _named(seeds: list[Seed], name: str) -> list[Seed]:
    """The seeds of a name, a number or an address. Raises delivery.seed_unknown (404)."""
    found = [one for one in seeds if name in (one.name, str(one.id), one.address)]
    if not found:
        raise KervanError("delivery.seed_unknown", status=404, given=name[:60])
    return found


def _connect(config: Config) -> Connection:
    return postgres.connect(config.postgres_url, workspace=config.workspace)
