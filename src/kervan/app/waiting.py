"""Lets a text of the command line wait, where the workspace asks for a second person."""

from kervan.journeys.approval import store
from kervan.journeys.approval.store import Wanted
from kervan.kernel import clock, i18n
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from kervan.web import access, audit


def say(config: Config, conn: Connection, wanted: Wanted) -> str:
    """The sentence that a text waits now; "" where nobody need be asked."""
    if not store.asked(conn, wanted):
        return ""
    made = store.propose(conn, wanted, clock.now(), str(access.COMMAND_LINE))
    facts: dict[str, object] = {"proposal": made.id, "kind": made.kind, "key": made.key}
    audit.write(conn, config.workspace, "approval.proposed", facts)
    return i18n.say("journeys.approval_waits", config.locale, id=made.id)
