"""Says what was written to somebody, and what was not and why, for her own eyes."""

from typing import Any

from kervan.delivery import compose
from kervan.delivery.archive import keep as archive
from kervan.delivery.states import State
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "erase.sql")


def disclose(
    conn: Connection, vault: WorkspaceVault, public_url: str, people: list[int]
) -> list[dict[str, Any]]:
    """The messages to `people`, oldest first, each with its end, its reason and what it said.

    What was said is the copy kept of it, else made anew; "" where its time is over.
    """
    cursor = conn.execute(_SQL.disclose, {"people": people})
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    known = profiles.contacts(conn, vault, people)
    found = []
    rows = cursor.fetchall()
    copies = archive.read(conn, vault, [row[names.index("id")] for row in rows])
    for row in rows:
        one = dict(zip(names, row, strict=True))
        sealed, person, template = (one.pop(name) for name in ("context", "person", "template"))
        one["state"] = State(one["state"]).name.lower()
        one["subject"], one["text"] = "", ""
        copy = copies.get(one["id"])
        if copy is not None:
            one["subject"], one["text"] = copy.fields.get("subject", ""), archive.text(copy)
        elif sealed and person in known:
            try:
                said = compose.again(
                    conn, vault, public_url, known[person], one["id"], sealed, template
                )
                one["subject"], one["text"] = said.subject, said.text
            except KervanError as error:
                one["text"] = f"({error.code})"
        found.append(one)
    return found
