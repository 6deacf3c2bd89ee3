"""`kervan plan`, `apply`, `diff` and `export`: texts kept as files, as one change of them all."""

import argparse
import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kervan.app import kinds, make_live, people, waiting
from kervan.app.change import Change, Result, ordered, run, tell
from kervan.app.kinds import KINDS, Ground, One
from kervan.collect import store
from kervan.engines import supervise
from kervan.journeys.approval import store as approval
from kervan.journeys.facts.live import LiveFacts
from kervan.journeys.publish.carry import Choice
from kervan.kernel import clickhouse, clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit

_ENDINGS = (".yaml", ".yml", ".json")
_FOLDERS = {"policy": "policies"}
_TESTS = "tests"
"""Texts of `kervan test` lie beside ours, and are not applied."""


def plan(config: Config, arguments: argparse.Namespace) -> int:
    """Say what applying would change and whom it touches; status 1 when something keeps it back."""
    with supervise.attached(config) as ready:
        ones, wrong = _read(arguments.paths, ready)
        with _connect(ready) as conn, _asking(ready, conn, arguments) as ground:
            result = _asked(conn, run(conn, ones, ground, prune=arguments.prune), ground)
            conn.rollback()
    return _tell(config, wrong, result)


def _asked(conn: Connection, planned: Result, ground: Ground) -> Result:
    """The plan with a line at each text that would wait for a second person."""
    told = i18n.say("journeys.files_asks", ground.locale)
    changes = []
    for one in planned.changes:
        wanted = None
        if one.one is not None and one.did.change != kinds.SAME:
            wanted = kinds.proposal(conn, one.one, one.did, ground.choice, ground.config.timezone)
        if wanted is not None and approval.asked(conn, wanted):
            one = replace(one, did=replace(one.did, said=f"{one.did.said}\n  {told}"))
        changes.append(one)
    return Result(changes, planned.wrong)


def apply(config: Config, arguments: argparse.Namespace) -> int:
    """Show what texts change, then make it so: all of them, or none where one is wrong."""
    paths: list[Path] = arguments.paths
    if len(paths) == 1 and not paths[0].is_dir() and not (arguments.prune or _chooses(arguments)):
        arguments.file = paths[0]
        return make_live.apply(config, arguments)
    if arguments.plan:
        return plan(config, arguments)
    with supervise.attached(config) as ready:
        ones, wrong = _read(paths, ready)
        with _connect(ready) as conn, _asking(ready, conn, arguments) as ground:
            result = run(conn, ones, ground, prune=arguments.prune)
            conn.rollback()
            if wrong or result.wrong:
                return _tell(config, wrong, result)
            result = _apply(ready, conn, ones, ground, result, prune=arguments.prune)
            if result.wrong:
                conn.rollback()
    return _tell(config, [], result)


def _apply(
    config: Config, conn: Connection, ones: Sequence[One], ground: Ground, planned: Result, *,
    prune: bool,
) -> Result:  # fmt: skip
    """The same again, for good; what a second person is asked about waits for her."""
    waits: dict[tuple[str, str], str] = {}
    for change in planned.changes:
        if change.one is not None and change.did.change != kinds.SAME:
            zone = config.timezone
            wanted = kinds.proposal(conn, change.one, change.did, ground.choice, zone)
            if wanted is not None and (said := waiting.say(config, conn, wanted)):
                waits[change.place] = said
    here = [one for one in ones if one.place not in waits]
    done = run(conn, here, ground, prune=prune, waits=waits)
    for change in done.changes:
        if change.did.change != kinds.SAME and not done.wrong:
            kind, key = change.place
            facts: dict[str, object] = {"key": key, "version": change.did.number}
            audit.write(conn, config.workspace, f"{kind}.{_deed(change)}", facts)
    told = [
        replace(one, did=replace(one.did, said=f"{one.did.said}\n  {waits[one.place]}"))
        for one in planned.changes
        if one.place in waits
    ]
    return Result([*done.changes, *told], done.wrong)


def _deed(change: Change) -> str:
    if change.one is None:
        return {"segment": "archived", "journey": "stopped"}[change.place[0]]
    if change.place[0] == "journey":
        return "published"
    return "created" if (change.did.change, change.place[0]) == ("new", "segment") else "changed"


def diff(config: Config, arguments: argparse.Namespace) -> int:
    """Show how files differ from what is live, as a unified diff; status 1 when they do."""
    with supervise.attached(config) as ready:
        ones, wrong = _read(arguments.paths, ready)
        with _connect(ready) as conn:
            live = kinds.live(conn)
    lines = [line for one in ordered(ones) for line in differs(one, live.get(one.place, ""))]
    for line in lines:
        log.say(line)
    for said in wrong:
        log.say(said)
    return 1 if lines or wrong else 0


def differs(one: One, live: str) -> list[str]:
    """The lines of a unified diff from what is live to the file."""
    kind, key = one.place
    return list(
        difflib.unified_diff(
            live.splitlines(), kinds.written(one).splitlines(), f"live/{kind}/{key}", one.path,
            lineterm="",
        )
    )  # fmt: skip


def export(config: Config, arguments: argparse.Namespace) -> int:
    """Write everything that is live into a folder, as texts that `plan` calls the same.

    `export people FILE` takes people out instead.
    """
    if arguments.file is not None:
        if arguments.what != "people":
            raise KervanError("journeys.export_what", status=422, given=arguments.what[:80])
        return people.export_file(config, arguments)
    folder = Path(arguments.what)
    with supervise.attached(config) as ready, _connect(ready) as conn:
        live = kinds.live(conn)
    count = write(live, folder)
    facts = {"count": len(live), "changed": count, "folder": folder}
    log.say(i18n.say("journeys.files_exported", config.locale, **facts))
    return 0


def write(live: dict[tuple[str, str], str], folder: Path) -> int:
    """Write texts to KINDs/KEY.yaml below a folder; gives how many files were not so already."""
    changed = 0
    for (kind, key), text in sorted(live.items()):
        path = (
            folder
            / _FOLDERS.get(kind, f"{kind}s")
            / f"{re.sub(r'[^A-Za-z0-9_-]', '_', key) or '_'}.yaml"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.write_text(text, encoding="utf-8")
        changed += 1
    return changed


def _read(paths: Sequence[Path], config: Config) -> tuple[list[One], list[str]]:
    """All texts below `paths`, and what keeps some from being read, a sentence each."""
    found: dict[tuple[str, str], One] = {}
    wrong = []
    for path in _files(paths):
        try:
            text = _text(path)
            if kinds.kind_of(text) == _TESTS:
                continue
            one = kinds.read(str(path), text, config)
            if (twice := found.setdefault(one.place, one)) is not one:
                facts = {"kind": one.kind, "key": one.key, "other": twice.path}
                raise KervanError("journeys.files_twice", status=422, **facts)
        except KervanError as error:
            wrong.append(f"{path}: {error.say(config.locale)}")
    return list(found.values()), wrong


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for one in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in one.relative_to(path).parts)
            if one.suffix in _ENDINGS and one.is_file() and not hidden:
                yield one


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KervanError("cli.cannot_read", path=path, problem=str(error)) from None


def choice_of(arguments: argparse.Namespace) -> Choice:
    """What --people and --gone say. Raises journeys.gone_form (422)."""
    gone = {}
    for one in arguments.gone:
        step, _, target = one.partition("=")
        if not step or not target:
            raise KervanError("journeys.gone_form", status=422, given=one[:80])
        gone[step] = target
    return Choice(arguments.people, gone)


def _chooses(arguments: argparse.Namespace) -> bool:
    return arguments.people != "stay" or bool(arguments.gone)


@contextmanager
def _asking(config: Config, conn: Connection, arguments: argparse.Namespace) -> Iterator[Ground]:
    """What applying needs, history too: whom a change touches is asked there."""
    client = clickhouse.connect(config.clickhouse_url, postgres.schema_name(config.workspace))
    try:
        workspace = store.workspace_id(conn, config.workspace)
        facts = LiveFacts(conn, client, workspace, config.timezone, longest_seconds=0)
        yield Ground(config, clock.now(), choice_of(arguments), facts, client)
    finally:
        client.close()


def _tell(config: Config, wrong: Sequence[str], result: Result) -> int:
    for said in tell(result, config.locale):
        log.say(said)
    for said in [*wrong, *result.wrong]:
        log.say(said)
    if wrong or result.wrong:
        facts = {"count": len(wrong) + len(result.wrong)}
        log.say(i18n.say("journeys.files_refused", config.locale, **facts))
        return 1
    return 0


def _connect(config: Config) -> Connection:
    return postgres.connect(config.postgres_url, workspace=config.workspace)


__all__ = ["KINDS", "apply", "diff", "differs", "export", "plan", "write"]
