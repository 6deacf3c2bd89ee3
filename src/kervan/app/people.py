"""`kervan import people` and `kervan export people`: lists of people in and out."""

import argparse
from collections.abc import Callable
from pathlib import Path

from kervan.app import ground
from kervan.collect import import_people, importing, read_files, sources, write_people
from kervan.collect.import_people import Report, Settings
from kervan.engines import supervise
from kervan.kernel import clock, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.i18n import say
from kervan.web import audit

SOURCE = "People"
"""The import source the rows come from."""
_REASONS = 20


def import_file(config: Config, arguments: argparse.Namespace) -> int:
    """Import a list of people, or (`--dry-run`) say what would happen; with a progress bar."""
    given = read_files.columns_of(arguments.column, arguments.set)
    settings = Settings(
        country=config.country,
        zone=config.timezone,
        now_ms=clock.now_ms(),
        columns=given.names,
        constants=given.constants,
        encoding=arguments.encoding or "",
        locale=config.locale,
        trigger=arguments.trigger,
    )
    show = Bar()
    if arguments.dry_run:
        report = import_people.rehearse(arguments.file, settings, show)
        log.progress("")
        log.say("\n".join(described(report, config.locale)))
        return 0
    with supervise.attached(config) as ready:
        done = bring(ready, arguments.file, settings, show)
    log.progress("")
    log.say(say("cli.people_taken", config.locale, taken=done.rows_sent, speed=show.speed))
    if done.rows_refused or done.notes:
        log.say(
            say(
                "cli.people_refused",
                config.locale,
                refused=done.rows_refused,
                notes=done.notes,
                file=importing.refused_path(arguments.file),
            )
        )
    return 0


def bring(
    config: Config, path: Path, settings: Settings, show: "Bar | None" = None
) -> importing.Progress:
    """Bring a list of people into the intake; the workers resolve them."""
    vault = ground.vault_of(config)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        workspace, source = sources.ensure_import(conn, config.workspace, SOURCE)
        conn.commit()
        return import_people.run(
            path,
            ground.import_door(conn, vault, workspace, source),
            settings,
            destination=f"{config.data} {config.workspace}",
            on_progress=show or Bar(),
        )


def export_file(config: Config, arguments: argparse.Namespace) -> int:
    """Write everybody to a file, and into the audit log that it was done."""
    began = clock.monotonic()
    with supervise.attached(config) as ready:
        count = export(ready, arguments.file, lambda count: log.progress(f"{count:,}"))
    log.progress("")
    speed = round(count / max(clock.monotonic() - began, 1e-6))
    log.say(
        say("cli.people_exported", config.locale, count=count, file=arguments.file, speed=speed)
    )
    return 0


def export(
    config: Config, path: Path, on_progress: Callable[[int], None] = lambda count: None
) -> int:
    """Write everybody to `path` as of one instant; gives how many people there were."""
    read_files.format_of(path)
    keys = ground.vault_of(config).workspace(config.workspace)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        conn.isolation_level = postgres.ONE_INSTANT
        count = write_people.write(path, lambda: write_people.records(conn, keys), on_progress)
        audit.write(
            conn, config.workspace, "people.exported", {"people": count, "form": path.suffix}
        )
    return count


class Bar:
    """A progress bar on the terminal: how far, and how fast."""

    def __init__(self) -> None:
        self._began = clock.monotonic()
        self._first: int | None = None
        self.speed = 0

    def __call__(self, progress: importing.Progress) -> None:
        """Show how far it is; the speed is of this run, also when it resumed."""
        if self._first is None:
            self._first = max(0, progress.rows_done - import_people.ROWS_PER_BATCH)
        seconds = max(clock.monotonic() - self._began, 1e-6)
        self.speed = round((progress.rows_done - self._first) / seconds)
        bar = ""
        if progress.rows_total:
            share = min(1.0, progress.rows_done / progress.rows_total)
            bar = "█" * round(24 * share) + "░" * (24 - round(24 * share)) + f" {share:4.0%}  "
        log.progress(f"{bar}{progress.rows_done:,} · {self.speed:,}/s · −{progress.rows_refused:,}")


def described(report: Report, locale: str) -> list[str]:
    """What a dry run found, as lines for a person."""
    sheet = report.sheet
    lines = [
        say(
            "cli.people_sheet",
            locale,
            file=sheet.path.name,
            form=sheet.form,
            encoding=sheet.encoding or "-",
            separator={"\t": "tab", "": "-"}.get(sheet.separator, sheet.separator),
        )
    ]
    lines += [f"  {one.column[:60]}  →  {one}" for one in report.places]
    lines.append(
        say(
            "cli.people_would",
            locale,
            rows=report.rows,
            taken=report.taken,
            refused=report.refused,
            events=report.events,
        )
    )
    for sentence, count in report.reasons.most_common(_REASONS):
        row = report.first[sentence]
        lines.append("  " + say("cli.people_reason", locale, count=count, row=row, reason=sentence))
    return lines
