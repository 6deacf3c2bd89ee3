"""Says what the registry held of addresses, how fresh that is, and asks anew for what is stale.

A Turkish commercial message needs an answer younger than a day. Who decides about messages reads
`standings`; what is missing or stale there is queued and asked for, many at once, by the process
that speaks to the registry (app/speaker.py). Nobody waits for the registry while deciding.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from kervan.consent.registry import outbox
from kervan.consent.registry.account import Account
from kervan.consent.registry.facts import Facts, facts
from kervan.consent.registry.port import NONE, ONAY, RET
from kervan.consent.registry.take import RECIPIENT_TYPE
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "fresh.sql")


class Standing(NamedTuple):
    """What is known of one address: ONAY, RET or "" (no record); None when never asked.

    `fresh` says whether it is young enough for a Turkish commercial message.
    """

    status: str | None
    fresh: bool
    merchant: bool

    @property
    def allows(self) -> bool:
        """Whether a commercial message may go as far as the registry is concerned.

        A merchant needs no consent but may refuse ([3rd] regulation, art. 6).
        """
        return self.fresh and (self.status == ONAY or (self.merchant and self.status == NONE))

    @property
    def refuses(self) -> bool:
        """Whether the registry says no, however old that is: only a newer yes would help."""
        no = self.status == RET or (self.status == NONE and not self.merchant)
        return no and (self.fresh or self.status == RET)


def known_facts(conn: Connection, brand: str) -> Facts | None:
    """The facts of the brand's account, None when it has none: then nothing can be asked."""
    row = conn.execute(_SQL.facts_of, {"brand": brand}).fetchone()
    return None if row is None else facts(row[0])


def standings(
    conn: Connection, brand: str, channel: str, contacts: Sequence[bytes], at: datetime
) -> dict[bytes, Standing]:
    """{address: its standing} for addresses by blind hash; what is not fresh is asked for.

    Empty when the brand has no account or the registry has no type for the channel: whether
    messages may go then is for the rule pack to say.
    """
    known = known_facts(conn, brand)
    kind = known.type_of(channel) if known is not None else ""
    if known is None or not kind or not contacts:
        return {}
    params = {
        "brand": brand,
        "type": kind,
        "contacts": _uuids(contacts),
        "oldest": at - timedelta(hours=known.number("fresh_hours")),
    }
    found: dict[bytes, Standing] = {}
    stale: list[tuple[bytes, str]] = []
    rows = conn.execute(_SQL.standings, params, binary=True).fetchall()
    for status, fresh, merchant, places in rows:
        one = Standing(status, fresh, merchant)
        some = [contacts[place - 1] for place in places]
        found.update(dict.fromkeys(some, one))
        if not fresh:
            who = RECIPIENT_TYPE["merchant" if merchant else "individual"]
            stale += [(contact, who) for contact in some]
    if stale:
        wanted = {
            "contacts": _uuids([contact for contact, _ in stale]),
            "recipient_types": [who for _, who in stale],
        }
        conn.execute(_SQL.want, {"brand": brand, "type": kind, "at": at, **wanted})
    return found


def wanted(
    conn: Connection, vault: WorkspaceVault, account: Account, count: int
) -> tuple[str, str, dict[str, bytes]]:
    """Addresses of one type and recipient type to ask about: {recipient: contact}.

    Addresses that nobody can open any more are forgotten here.
    """
    params = {"brand": account.brand, "count": count}
    kind = recipient_type = ""
    found: dict[str, bytes] = {}
    gone = []
    for contact, its_kind, its_type, sealed, key in conn.execute(_SQL.wanted, params).fetchall():
        recipient, _ = outbox.reveal(vault, sealed, key)
        if not recipient:
            gone.append((contact.bytes, its_kind, its_type))
        elif not found or (its_kind, its_type) == (kind, recipient_type):
            kind, recipient_type = its_kind, its_type
            found[recipient] = contact.bytes
    answered(conn, account, gone)
    return kind, recipient_type, found


def answered(conn: Connection, account: Account, some: Iterable[tuple[bytes, str, str]]) -> None:
    """These (contact, type, recipient type) were asked about; nobody waits for them any more."""
    rows = list(some)
    if rows:
        params = {
            "contacts": _uuids([row[0] for row in rows]),
            "types": [row[1] for row in rows],
            "recipient_types": [row[2] for row in rows],
        }
        conn.execute(_SQL.answered, {"brand": account.brand, **params})


class Overview(NamedTuple):
    """An account's outbox for an operator: rows by state, how many are late, those in trouble."""

    counts: dict[str, int]
    late: int
    troubled: list[tuple[Any, ...]]


def overview(conn: Connection, brand: str, count: int = 20) -> Overview:
    """How many rows are in each state, and the youngest `count` that an operator has to see."""
    counts: dict[str, int] = {}
    late = 0
    for state, number, alarmed in conn.execute(_SQL.counts, {"brand": brand}).fetchall():
        counts[state] = number
        late += alarmed
    troubled = conn.execute(_SQL.troubled, {"brand": brand, "count": count}).fetchall()
    return Overview(counts, late, troubled)


def _uuids(contacts: Sequence[bytes]) -> str:
    return "{" + ",".join([one.hex() for one in contacts]) + "}"
