"""`kervan rfm`: customers by RFM group, and how they are scored."""

import argparse
from dataclasses import replace

from kervan.engines import supervise
from kervan.kernel import clickhouse, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.segments.rfm import store, tally
from kervan.segments.rfm.score import GROUPS, Edges
from kervan.web import audit


def rfm(config: Config, arguments: argparse.Namespace) -> int:
    """Set what is given, then show the settings, the edges, and how many are in each group.

    Raises segments.rfm_settings_unfit. A worker scores everybody anew within seconds of a change.
    """
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        before = store.settings(conn)
        wanted = _wanted(before, arguments)
        if wanted != before:
            store.save_settings(conn, wanted)
            facts = {"currency": wanted.currency, "window_days": wanted.window_days}
            audit.write(conn, ready.workspace, "rfm.changed", {**facts, "edges": wanted.edges})
        made = store.edges(conn)
        conn.commit()
        client = clickhouse.connect(ready.clickhouse_url, postgres.schema_name(ready.workspace))
        try:
            counts = tally.groups(client)
        finally:
            client.close()
    window = f"{wanted.window_days} days" if wanted.window_days else "all time"
    log.say(f"{wanted.currency or 'the usual currency'}\t{window}\tedges {wanted.edges}")
    if made is not None:
        log.say(f"recency (days)\t{_listed(made.edges.recency_days)}")
        log.say(f"frequency\t{_listed(made.edges.frequency)}")
        log.say(f"monetary (smallest unit)\t{_listed(made.edges.monetary_minor)}")
    for group in GROUPS:
        name = i18n.say(f"segments.rfm_{group}", config.locale)
        log.say(f"{counts.get(group, 0):>12,}  {name}")
    return 0


def _wanted(now: store.Settings, given: argparse.Namespace) -> store.Settings:
    wanted = replace(
        now,
        currency=now.currency if given.currency is None else given.currency,
        window_days=now.window_days if given.window_days is None else given.window_days,
        edges=given.edges or now.edges,
    )
    if given.recency or given.frequency or given.monetary:
        edges = Edges(*(_numbers(one) for one in (given.recency, given.frequency, given.monetary)))
        wanted = replace(wanted, edges="fixed", fixed=edges)
    return wanted if wanted.edges == "fixed" else replace(wanted, fixed=store.NO_EDGES)


def _numbers(text: str | None) -> tuple[int, ...]:
    try:
        return tuple(int(one) for one in (text or "").split(",") if one)
    except ValueError:
        raise KervanError("segments.rfm_settings_unfit", status=422, part="edges") from None


def _listed(edges: tuple[int, ...]) -> str:
    return " ".join(f"{one:,}" for one in edges)
