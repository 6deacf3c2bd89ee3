"""`kervan mail`: how our mail stands with those who receive it, and the limits it obeys."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg

from kervan.app import ground
from kervan.delivery import accounts, outbox
from kervan.delivery.bounces import take
from kervan.delivery.channels import return_path
from kervan.delivery.mail import rules, standing
from kervan.delivery.pacing import warm_up
from kervan.engines import hold, supervise
from kervan.engines.doctor import Finding
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit

BY = "command"
_log = log.get("mail")


def mail(config: Config, arguments: argparse.Namespace) -> int:
    """Run `mail show`, which also says where bounces and complaints are taken, or `mail rules`."""
    with (
        supervise.attached(config) as ready,
        postgres.connect(ready.postgres_url, workspace=ready.workspace) as conn,
    ):
        if arguments.action == "rules":
            if arguments.file is not None:
                wanted = rules.read(_given(arguments.file))
                rules.save(conn, wanted, BY, clock.now())
                facts: dict[str, object] = {"rules": rules.shown(wanted)}
                audit.write(conn, ready.workspace, "mail.rules_changed", facts)
            told = rules.shown(rules.current(conn))
            log.say(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
            return 0
        for line in _shown(conn, ready):
            log.say(line)
    return 0


def findings(config: Config) -> list[Finding]:
    """For `kervan doctor`: mail with nobody to hear what comes back of it, and what is held.

    Nothing of the latter while the database is away or not prepared, which others say.
    """
    found = []
    if config.smtp_url and not config.bounce_listen:
        found.append(Finding("delivery.doctor_bounces", True))
    note = hold.read_note(config.data) if hold.is_held(config.data) else {}
    url = config.postgres_url or note.get("postgres_url", "")
    if not url:
        return found
    try:
        with postgres.connect(url, workspace=config.workspace) as conn:
            stops = [one for one in outbox.stops(conn) if one.dropped_until is None]
    except psycopg.Error as error:
        _log.warning("mail_not_looked_at", error=type(error).__name__)
        return found
    names = [
        one.scope.partition(":")[2].rstrip("/") for one in stops if one.scope.startswith("domain:")
    ]
    if names:
        found.append(Finding("delivery.doctor_held", False, {"domains": ", ".join(names)}))
    return found


def _given(path: Path) -> object:
    """What a file or standard input (`-`) says. Raises delivery.account_file_unreadable."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
        given: object = msgspec.json.decode(text)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise KervanError("delivery.account_file_unreadable") from None
    return given


def _shown(conn: Connection, config: Config) -> Iterator[str]:
    keys = ground.vault_of(config).workspace(config.workspace)
    at, locale = clock.now(), config.locale
    _, _, secret = accounts.hook_path(keys, take.ACCOUNT).partition("/")
    yield i18n.say("delivery.mail_pipe", locale, url=f"{config.address}/hooks/mail/{secret}")
    if config.bounce_domain:
        loop = return_path.feedback_address(config.bounce_domain, return_path.key_of(keys))
        yield i18n.say("delivery.mail_loop", locale, address=loop)
    law = rules.current(conn)
    yield from warming(conn, law, config)
    for one in standing.groups(conn, at, law.standing):
        facts: dict[str, object] = {
            "domain": one.domain, "brand": one.brand or "-", "accepted": one.accepted,
            "complaints": one.complaints, "bounces": one.bounces,
            "complaint_share": f"{one.complaint_share:.2%}",
            "bounce_share": f"{one.bounce_share:.2%}",
        }  # fmt: skip
        yield i18n.say("delivery.mail_group", locale, **facts)
        if one.complaints_level == standing.HELD:
            yield "    " + i18n.say("delivery.change_complaints", locale)


def warming(conn: Connection, law: rules.Rules, config: Config, account: str = "") -> Iterator[str]:
    """A line for each account (or this one) that is being warmed up."""
    day = warm_up.today(clock.now(), config.timezone)
    for one in law.warm_up:
        ceiling = one.ceiling(day)
        if ceiling is not None and account in ("", one.account):
            facts: dict[str, object] = {
                "account": one.account, "ceiling": ceiling, "target": one.target,
                "used": warm_up.used(conn, one.account, day),
            }  # fmt: skip
            yield i18n.say("delivery.mail_warming", config.locale, **facts)
