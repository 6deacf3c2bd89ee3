"""The single commands of an operator; each works beside a running Kervan or without one."""

import argparse
from collections.abc import Callable
from pathlib import Path

from kervan.app import (
    broadcasts,
    company,
    consent,
    ground,
    mail,
    messages,
    onsite,
    people,
    registry,
    segments,
    sending,
    spending,
    waiting,
)
from kervan.collect import dead_letters, importing, read_files, sources, store
from kervan.consent import packs
from kervan.engines import doctor as examiner
from kervan.engines import supervise
from kervan.journeys import apply as journeys
from kervan.journeys import parse
from kervan.journeys.approval import texts as approvals
from kervan.journeys.checklist import look as checklist
from kervan.kernel import clock, log, migrate, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web import access, audit


def doctor(config: Config, _: argparse.Namespace) -> int:
    """Say what is wrong and what to do; status 1 if anything is."""
    findings = [
        *examiner.examine(config),
        *consent.findings(config),
        *company.findings(config),
        *mail.findings(config),
        *registry.examine(config),
    ]
    for one in findings:
        log.say(f"{'ok   ' if one.ok else 'WRONG'} {one.say(config.locale)}")
    return 0 if all(one.ok for one in findings) else 1


def link(config: Config, _: argparse.Namespace) -> int:
    """Print a new one-time sign-in link."""
    with supervise.attached(config) as ready:
        log.say(ground.new_sign_in_link(ready))
    return 0


def token(config: Config, arguments: argparse.Namespace) -> int:
    """Print a new API token."""
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        log.say(access.make_token(conn, arguments.name))
    return 0


def source(config: Config, arguments: argparse.Namespace) -> int:
    """Make a source of events and print its write key."""
    with supervise.attached(config) as ready:
        with postgres.connect(ready.postgres_url) as conn:
            key = sources.create(conn, ready.workspace, arguments.name, arguments.kind)
        sources.settle()
    log.say(key)
    return 0


def migrations(config: Config, arguments: argparse.Namespace) -> int:
    """Bring the databases up to date, or (`--check`) say what they lack."""
    with supervise.attached(config) as ready:
        if not arguments.check:
            ground.prepare(ready)
            return 0
        with postgres.connect(ready.postgres_url) as conn:
            missing = migrate.missing(conn, [ready.workspace])
        for name in missing:
            log.say(name)
        return 1 if missing else 0


def apply_journey(config: Config, text: str, *, only_plan: bool = False) -> journeys.Plan:
    """Plan a journey text and, unless asked not to, make it live. Raises JourneyNotValid."""
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        if only_plan:
            return journeys.plan(conn, text, config.locale, zone=config.timezone)
        law = packs.of_country(config.country)
        done = journeys.apply(
            conn, text, clock.now(), config.locale, law=law, by=sending.BY, zone=config.timezone
        )
        if done.change != "same":
            facts: dict[str, object] = {"key": done.key, "version": done.number}
            audit.write(conn, config.workspace, "journey.published", facts)
        return done


def apply(config: Config, arguments: argparse.Namespace) -> int:
    """Show what a text changes, then make it so; its first word says what it is of."""
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KervanError("cli.cannot_read", path=arguments.file, problem=str(error)) from None
    with supervise.attached(config) as ready:
        log.say(_applier(text)(ready, text, only_plan=arguments.plan))
    return 0


def _applier(text: str) -> Callable[..., str]:
    if segments.is_segment(text):
        return segments.apply_text
    if messages.kind(text):
        return messages.apply_text
    if sending.is_policy(text):
        return sending.apply_text
    if spending.is_budget(text):
        return spending.apply_text
    if broadcasts.is_broadcast(text):
        return broadcasts.apply_text
    if onsite.is_campaign(text):
        return onsite.apply_text
    return _apply_journey


def _apply_journey(config: Config, text: str, *, only_plan: bool = False) -> str:
    if not only_plan:
        with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
            law = packs.of_country(config.country)
            planned = journeys.check(conn, text, config.locale, law=law, zone=config.timezone)
            proposed = approvals.of_journey(conn, text, planned.before, zone=config.timezone)
            if planned.change != "same" and (told := waiting.say(config, conn, proposed)):
                return f"{planned.say(config.locale)}\n{told}"
    said = apply_journey(config, text, only_plan=only_plan).say(config.locale)
    if only_plan:
        with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
            law = packs.of_country(config.country)
            items = checklist.of_journey(conn, parse.parse(text, config.timezone), law)
        said = "\n".join([said, *(f"  {one.say(config.locale)}" for one in items)])
    return said


def import_events(
    config: Config,
    path: Path,
    columns: read_files.Columns,
    *,
    trigger: bool,
    on_progress: Callable[[importing.Progress], None],
) -> importing.Progress:
    """Bring a file of past events into the intake; the workers do the rest."""
    vault = ground.vault_of(config)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        workspace, source = sources.ensure_import(conn, config.workspace)
        conn.commit()
        return importing.run(
            path,
            ground.import_door(conn, vault, workspace, source),
            clock.now_ms(),
            destination=f"{config.data} {config.workspace}",
            columns=columns,
            locale=config.locale,
            trigger=trigger,
            on_progress=on_progress,
        )


def import_file(config: Config, arguments: argparse.Namespace) -> int:
    """Import a file of past events, or of people, with a progress bar."""
    if arguments.what == "people":
        return people.import_file(config, arguments)

    def show(progress: importing.Progress) -> None:
        total = progress.rows_total
        share = f" of {total} ({100 * progress.rows_done // max(total, 1)} %)" if total else ""
        log.progress(f"{progress.rows_done} rows{share}")

    columns = read_files.columns_of(arguments.column, arguments.set)
    with supervise.attached(config) as ready:
        done = import_events(
            ready, arguments.file, columns, trigger=arguments.trigger, on_progress=show
        )
    log.say(
        f"{done.rows_sent} events taken, {done.rows_refused} refused"
        + (f" (see {arguments.file}.refused.ndjson)" if done.rows_refused else "")
    )
    return 0


def dead_letter(config: Config, arguments: argparse.Namespace) -> int:
    """List, search and resend refused events."""
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        vault = ground.vault_of(ready)
        workspace = store.workspace_id(conn, ready.workspace)
        if arguments.action == "resend":
            count = dead_letters.resend(conn, vault, workspace, arguments.ids)
            log.say(f"{count} sent again")
            return 0
        found = dead_letters.find(
            conn,
            vault,
            workspace,
            reason=arguments.reason,
            source=arguments.source,
            text=arguments.text,
        )
        for one in found:
            said = "\t".join(map(_shown, (one.source_name, one.reason, one.detail, one.raw[:200])))
            log.say(f"{one.id}\t{one.received_at:%Y-%m-%d %H:%M:%S}\t{said}")
    return 0


def _shown(text: str) -> str:
    """What strangers sent, as one line of text that a terminal does not obey."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
