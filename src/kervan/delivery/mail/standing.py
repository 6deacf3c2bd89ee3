"""Watches how many complain and how many mails come back, warns, and holds marketing in time.

Shares are of what was accepted in a rolling window, by group of domains and by brand. Too many
complaints stop marketing mail of that brand to that group, as an emergency stop does, until
somebody lets it go again; from then on it is counted anew.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from kervan.delivery import outbox
from kervan.delivery.mail import rules
from kervan.delivery.mail.rules import Standing
from kervan.kernel import log, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "standing.sql")
_log = log.get("mail")
GOOD, WARNED, HELD = 0, 1, 2
REASON = "delivery.complaints"
LATEST = 2**62


class Group(NamedTuple):
    """How we stand with one group of domains in a brand's name, since the window began or since
    it was let go again."""

    domain: str
    brand: str
    complaints_level: int
    bounces_level: int
    accepted: int
    complaints: int
    bounces: int

    @property
    def complaint_share(self) -> float:
        """Complaints as a share of what was accepted."""
        return self.complaints / max(self.accepted, 1)

    @property
    def bounce_share(self) -> float:
        """What came back as a share of what was accepted."""
        return self.bounces / max(self.accepted, 1)


class Notice(NamedTuple):
    """Something that was noticed: complaints_warned, complaints_held, bounces_warned."""

    id: int
    at: datetime
    what: str
    domain: str
    brand: str
    share: float
    accepted: int
    reports: int


def groups(conn: Connection, at: datetime, law: Standing) -> list[Group]:
    """Every group with mail in the window."""
    since = {"since": at - timedelta(days=law.days)}
    return [Group(*row) for row in conn.execute(_SQL.figures, since).fetchall()]


def judge(conn: Connection, at: datetime) -> list[Notice]:
    """Warn and hold where it is due, in the caller's transaction; gives what is new."""
    conn.execute(_SQL.hold)
    law = rules.current(conn).standing
    told = []
    for one in groups(conn, at, law):
        enough = one.accepted >= law.least
        complaints = _level(one.complaint_share, law.complaints_warn, law.complaints_hold)
        bounces = _level(one.bounce_share, law.bounces_warn, 2.0)
        if not enough:
            complaints = bounces = GOOD
        complaints = max(complaints, one.complaints_level // HELD * HELD)  # held until let go
        if (complaints, bounces) == (one.complaints_level, one.bounces_level):
            continue
        values = {"domain": one.domain, "brand": one.brand}
        conn.execute(_SQL.level, {**values, "complaints": complaints, "bounces": bounces})
        if complaints > one.complaints_level:
            what = "complaints_held" if complaints == HELD else "complaints_warned"
            told.append(_notice(conn, one, what, one.complaint_share, one.complaints, at))
        if bounces > one.bounces_level:
            told.append(_notice(conn, one, "bounces_warned", one.bounce_share, one.bounces, at))
        if complaints == HELD and one.complaints_level < HELD:
            outbox.stop(
                conn, REASON, at, domain=one.domain, brand=one.brand, author="kervan standing"
            )
    return told


def _level(share: float, warn: float, hold: float) -> int:
    return HELD if share >= hold else WARNED if share >= warn else GOOD


def _notice(
    conn: Connection, one: Group, what: str, share: float, reports: int, at: datetime
) -> Notice:
    values = {
        "at": at, "what": what, "domain": one.domain, "brand": one.brand, "share": share,
        "accepted": one.accepted, "reports": reports,
    }  # fmt: skip
    conn.execute(_SQL.notice, values)
    _log.warning("mail_standing", noticed=what, domain=one.domain, brand=one.brand, share=share)
    return Notice(0, at, what, one.domain, one.brand, share, one.accepted, reports)


def notices(conn: Connection, limit: int, before: int = LATEST) -> list[Notice]:
    """What was noticed before that number, the newest first."""
    rows = conn.execute(_SQL.notices, {"before": before, "limit": limit}).fetchall()
    return [Notice(*row) for row in rows]


def forgive(conn: Connection, domain: str, brand: str, at: datetime) -> None:
    """Count anew from now: marketing was let go again."""
    conn.execute(_SQL.forgive, {"domain": domain, "brand": brand, "at": at})
