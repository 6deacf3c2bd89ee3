"""Takes her mails out of the built-in mailbox, where a demo keeps what was sent as files."""

import re
import uuid
from collections.abc import Collection
from pathlib import Path

from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "mailbox.sql")
_HEAD_BYTES = 65_536
# The number of a message is the left side of its Message-ID.
_ID = re.compile(rb"^message-id:\s*<([0-9a-f]{32})@", re.IGNORECASE | re.MULTILINE)


def clear(conn: Connection, folder: Path, people: list[int]) -> int:
    """Delete the mails that were sent to `people`; gives how many. No folder, no mails.

    They are known by the numbers of their messages, which an erasure leaves: so it also works
    when nobody knows her address any more.
    """
    mails = {file: found for file in folder.glob("*.eml") if (found := _message(file))}
    if not mails:
        return 0
    hers = _of(conn, people, mails.values())
    gone = [file for file, found in mails.items() if found in hers]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _of(conn: Connection, people: list[int], found: Collection[uuid.UUID]) -> set[uuid.UUID]:
    rows = conn.execute(_SQL.of_people, {"people": people, "messages": list(found)}).fetchall()
    return {row[0] for row in rows}


def _message(file: Path) -> uuid.UUID | None:
    try:
        with file.open("rb") as mail:
            head = mail.read(_HEAD_BYTES)
    except FileNotFoundError:
        return None  # the mailbox keeps only the latest: this one has just gone
    end = re.search(rb"\r?\n\r?\n", head)
    found = _ID.search(head[: end.start()] if end else head)
    return uuid.UUID(hex=found[1].decode()) if found else None
