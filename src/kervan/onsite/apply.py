"""Makes a campaign what its text says: shows what would change, keeps every version."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from kervan.content import company
from kervan.kernel import i18n, ids, sql
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid, Problem
from kervan.onsite import store
from kervan.onsite.check import examine
from kervan.onsite.definition import NOT_VALID, Campaign
from kervan.segments.definitions import store as segments

_SQL = sql.load(__package__, "store.sql")
_encode = msgspec.json.Encoder().encode
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a campaign would do: `change` is `new`, `changed` or `same`.

    `number` is the version that would be live, `before` the one live now (0 for none).
    """

    campaign: Campaign
    change: str
    number: int
    before: int
    warnings: list[Problem]

    def say(self, locale: str = "en") -> str:
        """The plan as sentences, with a line per variant and per warning."""
        facts = {"key": self.campaign.key, "name": self.campaign.name, "number": self.number}
        lines = [i18n.say(f"onsite.text_is_{self.change}", locale, **facts)]
        for one in self.campaign.texts:
            shown = ", ".join(one.blocks) or i18n.say("onsite.text_holdout", locale)
            lines.append(f"  {one.key} ({one.weight}): {shown}")
        if self.change != SAME:
            lines += [f"  ! {one.say(locale)}" for one in self.warnings]
        return "\n".join(lines)


def plan(conn: Connection, campaign: Campaign) -> Plan:
    """What `apply` would do, without doing it. Raises NotValid."""
    warnings = examine(campaign)
    unknown = [*_unknown(conn, campaign)]
    if unknown:
        raise NotValid(NOT_VALID, unknown)
    row = conn.execute(_SQL.look, {"key": campaign.key}).fetchone()
    live, known, last = row if row else (None, None, None)
    if known is not None and bytes(known) == _hash(campaign):
        return Plan(campaign, SAME, live, live, warnings)
    return Plan(campaign, CHANGED if live else NEW, (last or 0) + 1, live or 0, warnings)


def apply(conn: Connection, campaign: Campaign, at: datetime, by: str) -> Plan:
    """Make it so in the caller's transaction; doing it twice does nothing the second time.

    Raises NotValid, also for an audience or a brand that nobody knows; onsite.is_archived (409).
    """
    examine(campaign)
    store.let(conn, campaign.key)
    row = conn.execute(_SQL.hold, {"key": campaign.key, "at": at}).fetchone()
    assert row is not None
    planned = plan(conn, campaign)
    if planned.change == SAME:
        return planned
    added = {
        "campaign": row[0],
        "number": planned.number,
        "source": _encode(campaign).decode(),
        "hash": _hash(campaign),
        "warnings": _encode(planned.warnings).decode(),
        "at": at,
        "by": by,
    }
    conn.execute(_SQL.add, added)
    conn.execute(_SQL.publish, {"campaign": row[0], "number": planned.number, "at": at})
    return planned


def _unknown(conn: Connection, campaign: Campaign) -> list[Problem]:
    found = []
    if campaign.audience and segments.find(conn, campaign.audience) is None:
        found.append(Problem("onsite.text_audience", "/audience", {"key": campaign.audience[:80]}))
    if campaign.brand and campaign.brand not in company.every(conn):
        facts = {"given": campaign.brand[:80], "what": ", ".join(company.every(conn)) or "—"}
        found.append(Problem("onsite.text_unfit", "/brand", facts))
    return found


def _hash(campaign: Campaign) -> bytes:
    return ids.hash16(_encode(campaign))
