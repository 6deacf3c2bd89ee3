"""Says what the registry held of addresses, how fresh that is, and asks anew for what is stale.

A Turkish commercial message needs an answer younger than a day. Who decides about messages reads
`standings`; what is missing or stale there is queued and asked for, many at once, by the process
that speaks to the registry (app/speaker.py). Nobody waits for the registry while deciding.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from kervan.consent.registry.facts import Facts, can_check, facts
from kervan.consent.registry.port import NONE, ONAY, RECIPIENT_TYPE, RET
from kervan.kernel import sql
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
    account = conn.execute(_SQL.account_of, {"brand": brand}).fetchone()
    return None if account is None else facts(account[1])


def standings(
    conn: Connection, brand: str, channel: str, contacts: Sequence[bytes], at: datetime
) -> dict[bytes, Standing]:
    """{address: its standing} for addresses by blind hash; what is not fresh is asked for.

    Empty when the brand has no account or the registry has no type for the channel: whether
    messages may go then is for the rule pack to say. Where a provider cannot be asked, what we
    told it is as fresh as the last list of changes it gave.
    """
    account = conn.execute(_SQL.account_of, {"brand": brand}).fetchone()
    if account is None or not contacts:
        return {}
    provider, changed, pulled_at = account
    known = facts(changed)
    kind = known.type_of(channel)
    if not kind:
        return {}
    params = {
        "brand": brand,
        "type": kind,
        "contacts": _uuids(contacts),
        "oldest": at - timedelta(hours=known.number("fresh_hours")),
        "can_check": can_check(provider),
        "pulled_at": pulled_at,
    }
    found: dict[bytes, Standing] = {}
    stale: list[tuple[bytes, str]] = []
    rows = conn.execute(_SQL.standings, params, binary=True).fetchall()
    for status, fresh, merchant, places in rows:
        one = Standing(status, fresh, merchant)
        some = [contacts[place - 1] for place in places]
        found.update(dict.fromkeys(some, one))
        if not fresh and can_check(provider):
            who = RECIPIENT_TYPE["merchant" if merchant else "individual"]
            stale += [(contact, who) for contact in some]
    if stale:
        wanted = {
            "contacts": _uuids([contact for contact, _ in stale]),
            "recipient_types": [who for _, who in stale],
        }
        conn.execute(_SQL.want, {"brand": brand, "type": kind, "at": at, **wanted})
    return found


def _uuids(contacts: Sequence[bytes]) -> str:
    return "{" + b"".join(contacts).hex(",", 16) + "}"
