"""Keeps the prior, and fetches what people got and did as columns, a batch in two queries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from kervan.delivery.choice import prior as priors
from kervan.delivery.choice.prior import HOURS, Prior
from kervan.delivery.choice.react import LEVELS, Deeds, Int64, Sent
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import NO_TIME

_SQL = sql.load(__package__, "choice.sql")
WINDOW = timedelta(days=180)
"""Older messages say nothing of how somebody reacts now."""
_MOST_MESSAGES = 200


def past(
    conn: Connection, heads: list[int], channels: list[str], at: datetime
) -> tuple[Sent, Deeds]:
    """What `heads` got and did until now; codes are places in `heads` and `channels`.

    Messages by other channels are left out: they are no choice here.
    """
    asked = {"heads": postgres.array(heads), "since": at - WINDOW, "most": _MOST_MESSAGES}
    who = {head: place for place, head in enumerate(heads)}
    by = {name: place for place, name in enumerate(channels)}
    rows = [
        (who[head], by[channel], sent, NO_TIME if clicked is None else clicked)
        for head, channel, sent, clicked in conn.execute(_SQL.sent, asked).fetchall()
        if channel in by
    ]
    did = [
        (who[head], by.get(channel, -1), at_ms)
        for head, channel, at_ms in conn.execute(_SQL.deeds, asked).fetchall()
        if not channel or channel in by
    ]
    return Sent(*_columns(rows, 4)), Deeds(*_columns(did, 3))


def _columns(rows: Sequence[tuple[int, ...]], count: int) -> list[Int64]:
    table = np.array(rows, np.int64).reshape(-1, count)
    return [np.ascontiguousarray(table[:, place]) for place in range(count)]


def load(conn: Connection) -> Prior:
    """The prior as it was learnt last; before that one that knows nothing."""
    rows = conn.execute(_SQL.prior).fetchall()
    hours: dict[str, list[float]] = dict(conn.execute(_SQL.hours).fetchall())
    empty = priors.nothing()
    if not rows:
        return empty
    channels = tuple(dict.fromkeys(row[1] for row in rows))
    share = np.full((len(LEVELS), len(channels)), priors.USUAL_SHARE)
    weight = np.full(share.shape, priors.USUAL_WEIGHT)
    for level, channel, one, worth in rows:
        share[LEVELS.index(level), channels.index(channel)] = one
        weight[LEVELS.index(level), channels.index(channel)] = worth
    by_hour = [hours.get(level, [1 / HOURS] * HOURS) for level in LEVELS]
    return Prior(channels, share, weight, np.array(by_hour, np.float64))


def save(conn: Connection, prior: Prior, people: int, at: datetime) -> None:
    """Put a newly learnt prior in the place of the last; `people` is how many it is of."""
    conn.execute(_SQL.forget_prior)
    pairs = [(level, channel) for level in LEVELS for channel in prior.channels]
    conn.execute(
        _SQL.keep_prior,
        {
            "levels": [level for level, _ in pairs],
            "channels": [channel for _, channel in pairs],
            "shares": prior.share.ravel().tolist(),
            "weights": prior.weight.ravel().tolist(),
        },
    )
    for level, row in zip(LEVELS, prior.hours.tolist(), strict=True):
        conn.execute(_SQL.keep_hours, {"level": level, "hours": row})
    conn.execute(_SQL.keep_learnt, {"at": at, "people": people})


def learnt(conn: Connection) -> tuple[datetime, int] | None:
    """When the prior was learnt, and of how many people; None before it ever was."""
    row = conn.execute(_SQL.learnt).fetchone()
    return (row[0], row[1]) if row else None
