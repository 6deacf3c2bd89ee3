"""Brings files of past events, or of people, into a running Kervan."""

import argparse
from collections.abc import Callable
from pathlib import Path

from kervan.app import ground, people
from kervan.collect import importing, read_files, sources
from kervan.engines import supervise
from kervan.kernel import clock, log, postgres
from kervan.kernel.config import Config


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
