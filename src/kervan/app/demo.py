"""`kervan demo`: the whole story on one machine."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kervan.app import ground, make_live, messages, up
from kervan.content import company
from kervan.content.company import Company
from kervan.demo import story
from kervan.journeys.rehearse.rehearse import Wanted, rehearse
from kervan.journeys.rehearse.report import SENT
from kervan.kernel import clickhouse, clock, postgres
from kervan.kernel.config import Config

_SHOP = Company("Simulated shop (no real company)", "0000000000000000", email="shop@simulated.test")


def demo(config: Config, arguments: argparse.Namespace) -> int:
    """Tell the story; with `--once` the status says whether all of it happened."""
    if arguments.data is None:
        config = replace(config, data=Path("kervan-demo").absolute())
    return story.run(
        config,
        arguments.once,
        children=up.children,
        prepare=ground.prepare,
        apply=_apply,
        rehearse=_rehearse,
        sign_in=ground.new_sign_in_link,
    )


def _apply(config: Config, text: str) -> None:
    """Make the story's journey, or its message, live, for a shop that says who it is."""
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        if not company.every(conn):
            company.save(conn, "", _SHOP, clock.now())
    if messages.kind(text):
        messages.apply_text(config, text)
    else:
        make_live.apply_journey(config, text)


def _rehearse(config: Config, text: str, begin_ms: int, end_ms: int) -> Mapping[str, int]:
    """What the journey would have done between two instants: entries, messages, goals."""
    wanted = Wanted(
        text, begin_ms, end_ms, config.workspace, zone=config.timezone, country=config.country
    )
    client = clickhouse.connect(config.clickhouse_url, postgres.schema_name(config.workspace))
    try:
        with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
            found = rehearse(conn, client, wanted)
    finally:
        client.close()
    sent = sum(one.messages for one in found.outcomes if one.state == SENT)
    return {"entered": found.entered, "sent": sent, "reached": found.goals}
