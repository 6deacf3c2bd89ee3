"""`kervan coupon`: pools of coupons and their codes."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from kervan.commerce.coupons import codes, pools
from kervan.commerce.coupons.pools import Pool
from kervan.engines import supervise
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit


def coupon(config: Config, arguments: argparse.Namespace) -> int:
    """Run `coupon list`, `set`, `add` or `make`; status 1 when a line of a file was refused."""
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        status = _run(conn, config, arguments)
        conn.commit()
    return status


def _run(conn: Connection, config: Config, arguments: argparse.Namespace) -> int:
    if arguments.action == "list":
        found = pools.every(conn)
        for one in found:
            facts = {"key": one.pool.key, "name": one.pool.name, **asdict(one.counts)}
            log.say(i18n.say("commerce.coupon_line", config.locale, **facts))
        if not found:
            log.say(i18n.say("commerce.coupon_none", config.locale))
        return 0
    key: str = arguments.key
    if arguments.action == "set":
        if pools.save(conn, _pool(arguments), clock.now()):
            audit.write(conn, config.workspace, "coupons.changed", {"key": key})
        return 0
    if arguments.action == "make":
        taken = codes.Taken(codes.generate(conn, key, arguments.pattern, arguments.count), 0)
    else:
        taken = _added(conn, key, _lines(arguments.file))
    if taken.added:
        audit.write(conn, config.workspace, "coupons.added", {"key": key, "count": taken.added})
    told = {"key": key, "added": taken.added, "known": taken.known}
    log.say(i18n.say("commerce.coupon_added", config.locale, **told))
    for line, _, why in taken.refused:
        what = i18n.say(why, config.locale)
        log.say(i18n.say("commerce.coupon_refused_line", config.locale, line=line, what=what))
    return 1 if taken.refused else 0


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KervanError("cli.cannot_read", path=file, problem=str(error)) from None


def _pool(arguments: argparse.Namespace) -> Pool:
    kind: Literal["percent", "amount", "words"] = "words"
    if arguments.percent is not None:
        kind = "percent"
    elif arguments.amount_minor is not None:
        kind = "amount"
    return Pool(
        key=arguments.key,
        name=arguments.name,
        kind=kind,
        percent=arguments.percent,
        amount_minor=arguments.amount_minor,
        currency=arguments.currency,
        words=arguments.words,
        brand=arguments.brand,
        most_per_person=arguments.most_per_person,
        valid_from=arguments.valid_from,
        valid_until=arguments.valid_until,
    )


def _added(conn: Connection, key: str, lines: list[str]) -> codes.Taken:
    """What came of all lines of a file, a list at a time; empty lines are none."""
    found = codes.Taken(0, 0)
    for first in range(0, len(lines), codes.MOST_AT_ONCE):
        some = lines[first : first + codes.MOST_AT_ONCE]
        taken = codes.upload(conn, key, some)
        refused = [one._replace(line=one.line + first) for one in taken.refused if one.code.strip()]
        found = codes.Taken(
            found.added + taken.added, found.known + taken.known, [*found.refused, *refused]
        )
    return found
