"""The web process's own housework: seal the audit log, forget what ended long ago."""

from datetime import datetime

from kervan.kernel.postgres import Connection
from kervan.web import access, audit, tries

EVERY_SECONDS = 20


def step(conn: Connection, at: datetime) -> bool:
    """Seal some lines and sweep; True when there is more to seal. Several may do it at once."""
    access.step(conn, at)
    tries.step(conn, at)
    return audit.step(conn)
