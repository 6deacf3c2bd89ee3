"""Finds whom an operator means: a public id, or any identifier as people write it."""

import uuid

from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, read

_KINDS = (identifiers.EMAIL, identifiers.PHONE, identifiers.CUSTOMER, identifiers.CARD)


def public_id(said: str) -> uuid.UUID | None:
    """The public id that was said, None when it is none."""
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


def head(conn: Connection, vault: WorkspaceVault, country: str, said: str) -> int:
    """The number of the person `said` names: by id, e-mail, phone, customer id or card.

    Raises privacy.person_unknown (404) and privacy.person_unclear (409) when it names several.
    """
    outside = public_id(said)
    if outside is not None:
        found = {read.by_id(conn, outside)} - {0}
    else:
        people = [
            one for kind in _KINDS for one in read.by_identifier(conn, vault, country, kind, said)
        ]
        found = {read.by_id(conn, one) for one in people} - {0}
    heads = set(read.heads(conn, found).values())
    if not heads:
        raise KervanError("privacy.person_unknown", status=404)
    if len(heads) > 1:
        raise KervanError("privacy.person_unclear", status=409)
    return heads.pop()
