"""`kervan company`: who speaks in the messages, for the company itself and for each brand."""

import argparse
from dataclasses import asdict

import msgspec
import psycopg

from kervan.consent import packs
from kervan.content import company as companies
from kervan.content import required
from kervan.content.company import FACTS, Company
from kervan.engines import hold, supervise
from kervan.engines.doctor import Finding
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection

_log = log.get("doctor")


def company(config: Config, arguments: argparse.Namespace) -> int:
    """Run `company set` or `company show`."""
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        if arguments.action == "set":
            return _set(conn, arguments)
        return _show(conn, config.locale, arguments)


def findings(config: Config) -> list[Finding]:
    """For `kervan doctor`: what commercial mails would lack by the law of the workspace.

    Empty while the database is away or not prepared, which others say.
    """
    note = hold.read_note(config.data) if hold.is_held(config.data) else {}
    url = config.postgres_url or note.get("postgres_url", "")
    if not url:
        return []
    try:
        with postgres.connect(url, workspace=config.workspace) as conn:
            known = companies.every(conn)
    except psycopg.Error as error:
        _log.warning("company_not_looked_at", error=type(error).__name__)
        return []
    law, missing = packs.of_country(config.country), list[str]()
    for brand in known or [""]:
        missing += required.lacking(companies.of(known, brand), law)
    if not missing:
        return []
    return [Finding("content.doctor_company", True, {"missing": ", ".join(dict.fromkeys(missing))})]


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
