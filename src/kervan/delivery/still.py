"""Asks before the gate what became of a broadcast's people since it was planned.

Two of them may be one person now: she gets one message. One may have clicked: it is not said again.
Who it is about is whoever her number belongs to today, so that the gate judges the whole of her.
"""

from dataclasses import replace

from kervan.delivery.books import Claim
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "still.sql")
MERGED, CLICKED = "delivery.broadcast_merged", "delivery.broadcast_clicked"


def wanted(conn: Connection, claims: list[Claim]) -> list[Claim]:
    """`claims` with those of broadcasts as they are now; what is no longer wanted is cancelled."""
    mine = [one for one in claims if one.subject.run < 0]
    if not mine:
        return claims
    ids = {"messages": postgres.uuids(one.subject.message for one in mine)}
    clicked = {one for (one,) in conn.execute(_SQL.clicked, ids).fetchall()}
    heads = profiles.heads(conn, {one.subject.person for one in mine})
    moved = {person: head for person, head in heads.items() if person != head}
    if moved:
        values = {"people": [*moved], "heads": [*moved.values()]}
        conn.execute(_SQL.follow, {**ids, **values})
    twice = {one for (one,) in conn.execute(_SQL.twice, ids).fetchall()}
    return [_now(one, moved, twice, clicked) if one.subject.run < 0 else one for one in claims]


def _now(
    claim: Claim, moved: dict[int, int], twice: set[object], clicked: set[object]
) -> Claim:  # fmt: skip
    subject = claim.subject
    if subject.person in moved:
        claim = replace(claim, subject=replace(subject, person=moved[subject.person]))
    if claim.cancelled:
        return claim
    if subject.message in twice:
        return replace(claim, cancelled=MERGED)
    return replace(claim, cancelled=CLICKED) if subject.message in clicked else claim
