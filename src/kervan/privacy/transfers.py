"""Says whether personal data may go to somebody abroad: only under an entry of the register."""

import uuid
from datetime import datetime

from kervan.kernel.postgres import Connection
from kervan.privacy import register

MISSING, ENDED = "transfer_missing", "transfer_ended"
GROUNDLESS, UNSIGNED = "transfer_groundless", "transfer_unsigned"
PROBLEMS = (MISSING, ENDED, GROUNDLESS, UNSIGNED)


def problem(conn: Connection, home: str, entry: uuid.UUID | None, at: datetime) -> str:
    """A code of what the entry lacks for data to go at `at`, "" when nothing.

    `home` (ISO 3166) is the controller's country. Within it no ground is needed; abroad there must
    be one, and a standard contract must be signed. In Turkey consent alone is none since
    2024-09-01 (KVKK 6698 art. 9).
    """
    found = next((one for one in register.processors(conn) if one.id == entry), None)
    if entry is None or found is None:
        return MISSING
    today = at.date()
    if found.begins_on > today or (found.ends_on is not None and found.ends_on < today):
        return ENDED
    if found.country == home:
        return ""
    if not found.transfer_basis or (found.transfer_basis == "consent" and home == "TR"):
        return GROUNDLESS
    if found.transfer_basis == "standard_contract" and found.contract_signed_on is None:
        return UNSIGNED
    return ""
