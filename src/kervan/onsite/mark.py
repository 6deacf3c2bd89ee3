"""Says that somebody has read a message of her inbox, or has put it away."""

import uuid
from datetime import datetime

from kervan.collect import intake
from kervan.delivery import read, receipts
from kervan.kernel import clock, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "inbox.sql")


def mark(conn: Connection, head: int, message: uuid.UUID, state: str, at: datetime) -> bool:
    """Say that she has `read` or `archived` a message; False where that was said before.

    The first look at it is an event of hers. Raises onsite.inbox_unknown (404).
    """
    values = {"message": message, "people": profiles.parts(conn, head), "at": at}
    statement = _SQL.read if state == "read" else _SQL.archive
    if conn.execute(statement, values).fetchone() is None:
        if conn.execute(_SQL.is_hers, values).fetchone() is None:
            raise KervanError("onsite.inbox_unknown", status=404)
        return False
    sent = read.message_for(conn, message)
    if state == "read" and sent is not None:
        properties: dict[str, object] = {
            "journey": sent.journey, "version": sent.version, "step": sent.step, "run": sent.run,
            "message": str(message), "channel": sent.channel, "machine": False,
        }  # fmt: skip
        name = f"inbox-read-{message.hex}"
        event = intake.OwnEvent(name, "Message Opened", clock.to_ms(at), head, properties)
        intake.append_own(conn, [event])
        receipts.note(conn, [receipts.Fact(message, "opened", at)])
    return True
