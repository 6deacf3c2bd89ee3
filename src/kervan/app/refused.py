"""Lists, searches and resends refused events."""

import argparse

from kervan.app import ground
from kervan.collect import dead_letters, store
from kervan.engines import supervise
from kervan.kernel import log, postgres
from kervan.kernel.config import Config


def dead_letter(config: Config, arguments: argparse.Namespace) -> int:
    """List, search and resend refused events."""
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        vault = ground.vault_of(ready)
        workspace = store.workspace_id(conn, ready.workspace)
        if arguments.action == "resend":
            count = dead_letters.resend(conn, vault, workspace, arguments.ids)
            log.say(f"{count} sent again")
            return 0
        found = dead_letters.find(
            conn,
            vault,
            workspace,
            reason=arguments.reason,
            source=arguments.source,
            text=arguments.text,
        )
        for one in found:
            said = "\t".join(map(_shown, (one.source_name, one.reason, one.detail, one.raw[:200])))
            log.say(f"{one.id}\t{one.received_at:%Y-%m-%d %H:%M:%S}\t{said}")
    return 0


def _shown(text: str) -> str:
    """What strangers sent, as one line of text that a terminal does not obey."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
