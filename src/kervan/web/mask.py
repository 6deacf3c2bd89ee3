"""Shows people to a reader as her role may see them, and notes each look by one who may see all."""

from fastapi import Request

from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person
from kervan.web import audit
from kervan.web.auth import may
from kervan.web.cover import REVEAL, anything, email, name, person, phone, raw, text, trait

__all__ = [
    "REVEAL", "anything", "email", "name", "people", "person", "phone", "raw", "reveal", "text",
    "trait",
]  # fmt: skip


def people(request: Request, conn: Connection, found: dict[int, Person]) -> dict[int, Person]:
    """These people as the reader may see them; an unmasked look is written into the audit log.

    Raises web.not_signed_in (401).
    """
    if not may(request, REVEAL):
        return {number: person(one) for number, one in found.items()}
    reveal(request, conn, [str(one.id) for one in found.values()])
    return found


def reveal(request: Request, conn: Connection, ids: list[str], reason: str = "") -> None:
    """Write down that the reader saw the personal data of these people (public ids), and why.

    The log outlives people, so addresses and numbers in a reason are covered.
    """
    if ids:
        why = {"reason": text(reason)} if reason else {}
        audit.record(conn, request, "people.revealed", people=sorted(ids), **why)
