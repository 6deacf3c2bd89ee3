"""`kervan segment sync`: has a receiver told of a segment, or says how far it has come."""

import argparse

from kervan.app import ground
from kervan.kernel import clock, i18n, log
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from kervan.segments.definitions.store import Author
from kervan.segments.sync import store
from kervan.web import audit

BY = "command"


def sync(config: Config, conn: Connection, arguments: argparse.Namespace) -> int:
    """Set, end or show the receiver of a segment; status 1 if it was not reached of late.

    A new secret is printed this one time. Only here may a receiver lie in the operator's network.
    """
    key = arguments.key
    if arguments.off:
        store.end(conn, key)
        audit.write(conn, config.workspace, "segment.sync_ended", {"key": key})
        conn.commit()
        return 0
    if arguments.url:
        vault = ground.vault_of(config).workspace(config.workspace)
        _, secret = store.put(
            conn, vault, key, arguments.url, Author(BY, clock.now()),
            is_private=arguments.private, new_secret=arguments.new_secret,
        )  # fmt: skip
        facts: dict[str, object] = {"key": key, "new_secret": bool(secret)}
        audit.write(conn, config.workspace, "segment.synced", facts)
        conn.commit()
        if secret:
            log.say(i18n.say("segments.sync_secret", config.locale, secret=secret))
    one = store.get(conn, key)
    log.say(f"{one.url}\t{one.state}\t{one.problem}".rstrip())
    facts = {"known": store.known(conn, one), "sequence": one.sequence - one.is_pending}
    log.say(i18n.say("segments.sync_progress", config.locale, **facts))
    return int(one.state in (store.FAILING, store.STOPPED))
