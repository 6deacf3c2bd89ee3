"""Says how a broadcast stands: how many are how, read from a few dozen rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kervan.delivery.broadcasts.definition import RESEND
from kervan.delivery.broadcasts.store import Kept
from kervan.delivery.states import State
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "count.sql")
FACTS = {
    20: "delivered", 21: "opened", 22: "opened_by_machines", 23: "clicked",
    24: "clicked_by_machines", 25: "unsubscribed", 26: "complained", 27: "bounced",
}  # fmt: skip
"""What may be learnt of a message, as `broadcast_count` names it."""
_MOST_ROWS = 500
"""So many differences of one broadcast are folded, also when it is done."""
REACHED = (State.ACCEPTED, State.DELIVERED, State.HANDED)
"""In these states a message is with its reader, as far as anybody knows."""


@dataclass(slots=True)
class Counts:
    """One variant, or all: messages by state, by the reason of their end, and facts of them."""

    states: Counter[State] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)

    @property
    def planned(self) -> int:
        """How many messages there are."""
        return self.states.total()

    @property
    def reached(self) -> int:
        """How many are with their reader."""
        return sum(self.states[one] for one in REACHED)

    @property
    def final(self) -> int:
        """How many have their final state."""
        return sum(count for state, count in self.states.items() if state.final)


@dataclass(frozen=True, slots=True)
class Progress:
    """How it stands: `first` is what goes at first, to each of the audience; `again` is the rest.

    `unplanned` of the audience have no message yet. `sending` are in a sender's hands, `in_doubt`
    those of which nobody knows. At every moment unplanned and all states add up to the audience.
    """

    audience: int
    unplanned: int
    first: Counts
    again: Counts
    arms: Mapping[str, Counts]
    sending: int
    in_doubt: int


def progress(conn: Connection, kept: Kept) -> Progress:
    """How `kept` stands now."""
    first, again = Counts(), Counts()
    arms = {one.name: Counts() for one in kept.wanted.variants}
    rows = conn.execute(_SQL.counts, {"broadcast": kept.number}).fetchall()
    audience = rows[0][0] if rows else 0
    for _, step, what, reason, n in rows:
        if step is None:
            continue
        whole = again if step == RESEND else first
        for one in (whole, arms.setdefault(step, Counts()) if step != RESEND else None):
            if one is not None:
                _add(one, what, reason, int(n))
    row = conn.execute(_SQL.held, {"run": -kept.number}).fetchone()
    sending, in_doubt = row or (0, 0)
    return Progress(audience, audience - first.planned, first, again, arms, sending, in_doubt)


def fold(conn: Connection, broadcast: int) -> None:
    """Make one row of those that say the same, in the caller's transaction."""
    conn.execute(_SQL.fold, {"broadcast": broadcast})


def tidy(conn: Connection) -> None:
    """Fold where many rows have come together: clicks go on after a broadcast is done."""
    for (broadcast,) in conn.execute(_SQL.crowded, {"rows": _MOST_ROWS}).fetchall():
        fold(conn, broadcast)


def _add(counts: Counts, what: int, reason: str, n: int) -> None:
    if what in FACTS:
        counts.facts[FACTS[what]] += n
        return
    counts.states[State(what)] += n
    if reason:
        counts.reasons[reason] += n
