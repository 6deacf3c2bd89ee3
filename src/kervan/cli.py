"""The command line: `kervan up`, and a word for everything an operator does."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kervan import app
from kervan.bench import measure
from kervan.collect import dead_letters, sources, store
from kervan.collect.importing import Progress
from kervan.demo import story
from kervan.engines import doctor, supervise
from kervan.kernel import config as configuration
from kervan.kernel import log, migrate, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

Command = Callable[[Config, argparse.Namespace], int]


def main(argv: list[str] | None = None) -> None:
    """Run one command and exit with its status; an expected error is one clear sentence."""
    arguments = _parser().parse_args(argv)
    config = configuration.load(
        data=arguments.data,
        port=arguments.port,
        host=arguments.host,
        web_processes=arguments.web_processes,
        worker_processes=arguments.worker_processes,
    )
    log.setup(config.log_format, config.log_level, arguments.command)
    try:
        status = arguments.run(config, arguments)
    except KervanError as error:
        sys.stderr.write(f"kervan: {error.say(config.locale)}\n")
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kervan", description=__doc__)
    for flag, kind in (
        ("--data", str),
        ("--host", str),
        ("--port", int),
        ("--web-processes", int),
        ("--worker-processes", int),
    ):
        parser.add_argument(flag, type=kind, default=None)
    words = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def word(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        one = words.add_parser(name, help=text, description=text)
        for flag, kind in (
            ("--data", str),
            ("--host", str),
            ("--port", int),
            ("--web-processes", int),
            ("--worker-processes", int),
        ):
            one.add_argument(flag, type=kind, default=argparse.SUPPRESS)
        one.set_defaults(run=run)
        return one

    word("up", _up, "start everything and keep it running")
    word("demo", _demo, "tell the whole story on real history, live in the browser").add_argument(
        "--once", action="store_true", help="tell it once; status 0 only if all of it happened"
    )
    word("web", _web, "serve HTTP only")
    word("worker", _worker, "process events and journeys only")
    word("sender", _sender, "send messages only")
    word("doctor", _doctor, "say what is wrong and what to do; status 1 if anything is")
    word("link", _link, "print a new one-time sign-in link")
    word("token", _token, "print a new API token").add_argument("name")
    source = word("source", _source, "make a source of events and print its write key")
    source.add_argument("name")
    source.add_argument("kind", choices=sources.KINDS)
    word("migrate", _migrate, "bring the databases up to date").add_argument(
        "--check", action="store_true", help="only say what is missing; status 1 if anything is"
    )
    bench = word("bench", _bench, "measure this machine's speed, beside the bare cost of the work")
    bench.add_argument("name", choices=[*measure.BENCHES, "all"])
    bench.add_argument("--json", action="store_true", help="one JSON object a line and figure")
    bench.add_argument("--scale", type=int, default=1, help="also with so many times the data")
    bench.add_argument("--minutes", type=float, default=0, help="also for so long (collect)")
    text = word("apply", _apply, "show what a journey text changes, then make it live")
    text.add_argument("file", type=Path)
    text.add_argument("--plan", action="store_true", help="only show what would change")
    files = word("import", _import, "import a file of past events: NDJSON, CSV or Parquet")
    files.add_argument("what", choices=("events",))
    files.add_argument("file", type=Path)
    files.add_argument("--trigger", action="store_true", help="let the events start journeys")
    letters = word("deadletter", _dead_letter, "list, search and resend refused events")
    letters.add_argument("action", choices=("list", "resend"))
    letters.add_argument("ids", nargs="*", type=int)
    letters.add_argument("--reason")
    letters.add_argument("--source")
    letters.add_argument("--text", default="")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _up(config: Config, _: argparse.Namespace) -> int:
    return supervise.up(config, app.children, prepare=app.prepare, announce=_announce)


def _announce(config: Config) -> None:
    key, link = app.first_key(config)
    _say(f"Kervan is up at {config.address}")
    if key:
        _say(f"Write key   {key}")
    _say(f"Sign in     {link}")


def _demo(config: Config, arguments: argparse.Namespace) -> int:
    if arguments.data is None:
        config = replace(config, data=Path("kervan-demo").absolute())
    return story.run(
        config,
        arguments.once,
        children=app.children,
        prepare=app.prepare,
        apply=app.apply_journey,
        sign_in=app.new_sign_in_link,
    )


def _web(config: Config, _: argparse.Namespace) -> int:
    app.run_web(config)
    return 0


def _worker(config: Config, _: argparse.Namespace) -> int:
    app.run_worker(config)
    return 0


def _sender(config: Config, _: argparse.Namespace) -> int:
    app.run_sender(config)
    return 0


def _doctor(config: Config, _: argparse.Namespace) -> int:
    findings = doctor.examine(config)
    for one in findings:
        _say(f"{'ok   ' if one.ok else 'WRONG'} {one.say(config.locale)}")
    return 0 if all(one.ok for one in findings) else 1


def _link(config: Config, _: argparse.Namespace) -> int:
    with supervise.attached(config) as ready:
        _say(app.new_sign_in_link(ready))
    return 0


def _token(config: Config, arguments: argparse.Namespace) -> int:
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        _say(app.new_token(conn, arguments.name))
    return 0


def _source(config: Config, arguments: argparse.Namespace) -> int:
    with supervise.attached(config) as ready:
        with postgres.connect(ready.postgres_url) as conn:
            key = sources.create(conn, ready.workspace, arguments.name, arguments.kind)
        sources.settle()
    _say(key)
    return 0


def _migrate(config: Config, arguments: argparse.Namespace) -> int:
    with supervise.attached(config) as ready:
        if not arguments.check:
            app.prepare(ready)
            return 0
        with postgres.connect(ready.postgres_url) as conn:
            missing = migrate.missing(conn, [ready.workspace])
        for name in missing:
            _say(name)
        return 1 if missing else 0


def _bench(config: Config, arguments: argparse.Namespace) -> int:
    return measure.run(
        arguments.name,
        config,
        as_json=arguments.json,
        scale=arguments.scale,
        minutes=arguments.minutes,
    )


def _apply(config: Config, arguments: argparse.Namespace) -> int:
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KervanError("cli.cannot_read", path=arguments.file, problem=str(error)) from None
    with supervise.attached(config) as ready:
        plan = app.apply_journey(ready, text, only_plan=arguments.plan)
    _say(plan.say(config.locale))
    return 0


def _import(config: Config, arguments: argparse.Namespace) -> int:
    def show(progress: Progress) -> None:
        total = progress.rows_total
        share = f" of {total} ({100 * progress.rows_done // max(total, 1)} %)" if total else ""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{progress.rows_done} rows{share}")

    with supervise.attached(config) as ready:
        done = app.import_events(ready, arguments.file, trigger=arguments.trigger, on_progress=show)
    _say(
        f"{done.rows_sent} events taken, {done.rows_refused} refused"
        + (f" (see {arguments.file}.refused.ndjson)" if done.rows_refused else "")
    )
    return 0


def _dead_letter(config: Config, arguments: argparse.Namespace) -> int:
    vault = app.vault_of(config)
    with supervise.attached(config) as ready, postgres.connect(ready.postgres_url) as conn:
        workspace = store.workspace_id(conn, ready.workspace)
        if arguments.action == "resend":
            count = dead_letters.resend(conn, vault, workspace, arguments.ids)
            _say(f"{count} sent again")
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
            _say(
                f"{one.id}\t{one.received_at:%Y-%m-%d %H:%M:%S}\t{one.source_name}\t"
                f"{one.reason}\t{one.detail}\t{one.raw[:200]}"
            )
    return 0
