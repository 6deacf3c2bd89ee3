"""Rehearsals of the command line: reads the texts and times, and says what would have been."""

import argparse
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kervan.app.texts import TextNotValid, plain, under
from kervan.delivery.policy.definition import Policy
from kervan.delivery.policy.read import read
from kervan.engines import supervise
from kervan.journeys.rehearse import report, tell, tell_both, version
from kervan.journeys.rehearse.compare import compare
from kervan.journeys.rehearse.rehearse import Wanted
from kervan.journeys.rehearse.rehearse import rehearse as play
from kervan.kernel import clickhouse, clock, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid


def rehearse(config: Config, arguments: argparse.Namespace) -> int:
    """Rehearse a journey's text, alone or beside another; gives 0. Raises what `play` raises."""
    with supervise.attached(config) as ready:
        conn = postgres.connect(ready.postgres_url, workspace=ready.workspace)
        client = clickhouse.connect(ready.clickhouse_url, postgres.schema_name(ready.workspace))
        try:
            wanted = _wanted(ready, arguments)
            if arguments.against is None:
                alone = play(conn, client, wanted)
                said = report.encode(alone) if arguments.json else b""
                words = tell.tell(alone, config.locale)
            else:
                other = version.against(conn, wanted, _against(arguments.against))
                both = compare(conn, client, wanted, other)
                said = report.encode(both) if arguments.json else b""
                words = tell_both.tell(both, config.locale)
        finally:
            client.close()
            conn.close()
    log.say(said.decode() if arguments.json else words)
    return 0


def _against(given: str) -> str:
    """The text of a file, or the name of a version."""
    named = given == version.LIVE or given.isdecimal()
    return given if named else Path(given).read_text(encoding="utf-8")


def _wanted(config: Config, arguments: argparse.Namespace) -> Wanted:
    end = instant(arguments.end, config.timezone)
    if end > clock.now_ms():
        raise KervanError("journeys.rehearsal_future", status=422)
    return Wanted(
        arguments.file.read_text(encoding="utf-8"),
        instant(arguments.begin, config.timezone),
        end,
        config.workspace,
        zone=config.timezone,
        country=config.country,
        policy=policy_of(arguments.policy),
        others=arguments.others,
        sample=arguments.sample,
        seed=arguments.seed,
    )


def policy_of(file: Path | None) -> Policy | None:
    """The policy in a file, None without one. Raises TextNotValid, delivery.policy_text_other."""
    if file is None:
        return None
    place = under(file.read_text(encoding="utf-8"), "policy", "delivery.policy_text_other")
    try:
        return read(plain(place))
    except NotValid as error:
        raise TextNotValid(error, place) from None


def instant(given: str, zone: str) -> int:
    """A day or a time in ms UTC, in `zone` unless it names one. Raises journeys.rehearsal_time."""
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise KervanError("journeys.rehearsal_time", status=422, given=given[:40]) from None
    return clock.to_ms(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)))
