"""`kervan company`: who speaks in the messages, for the company itself and for each brand."""

import argparse
from dataclasses import asdict

import msgspec

from kervan.content import company as companies
from kervan.content.company import FACTS, Company
from kervan.engines import supervise
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection


def company(config: Config, arguments: argparse.Namespace) -> int:
    """Run `company set` or `company show`."""
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        if arguments.action == "set":
            return _set(conn, arguments)
        return _show(conn, config.locale, arguments)


def _set(conn: Connection, arguments: argparse.Namespace) -> int:
    """Set what was given; what was not stays as it is."""
    before = asdict(companies.every(conn).get(arguments.brand, Company()))
    given = {name: value for name in FACTS if (value := getattr(arguments, name)) is not None}
    companies.save(conn, arguments.brand, Company(**{**before, **given}), clock.now())
    conn.commit()
    log.say(_line(arguments.brand, companies.every(conn)[arguments.brand]))
    return 0


def _show(conn: Connection, locale: str, arguments: argparse.Namespace) -> int:
    known = companies.every(conn)
    if arguments.json:
        log.say(msgspec.json.encode({brand: asdict(one) for brand, one in known.items()}).decode())
        return 0
    for brand, one in known.items():
        log.say(_line(brand, one))
    if not known:
        log.say(i18n.say("content.company_none", locale))
    return 0


def _line(brand: str, one: Company) -> str:
    facts = [f"{name}={value}" for name, value in asdict(one).items() if value]
    return "\t".join([brand or "-", *facts])
