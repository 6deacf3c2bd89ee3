"""`kervan up`: all processes of one machine under one supervisor."""

import argparse
import sys
from collections.abc import Sequence
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from kervan.app import ground
from kervan.engines import supervise
from kervan.engines.supervise import ChildSpec
from kervan.kernel import log, postgres, workspaces
from kervan.kernel.config import Config, environment
from kervan.kernel.workspaces import Workspace


def up(config: Config, _: argparse.Namespace) -> int:
    """Start everything and keep it running until SIGTERM or Ctrl-C."""
    return supervise.up(config, children, prepare=ground.prepare, announce=_announce)


def _announce(config: Config) -> None:
    key, link = ground.first_key(config)
    log.say(f"Kervan is up at {config.address}")
    if key:
        log.say(f"Write key   {key}")
    log.say(f"Sign in     {link}")


_ME = (sys.executable, "-m", "kervan")


def children(config: Config) -> Sequence[ChildSpec]:
    """The processes of one Kervan; each is this program with another word.

    Web processes serve all workspaces; each workspace has workers of its own.
    """
    specs = [
        ChildSpec(f"web-{number}", [*_ME, "web"], ready=lambda: _answers(config))
        for number in range(1, config.web_processes + 1)
    ]
    specs += _working(config, config.worker_processes)
    if config.bounce_listen:
        specs.append(ChildSpec("bounces", [*_ME, "bounces"]))
    for one in _beside(config):
        specs += _working(workspaces.within(config, one), 1, f"@{one.key}")
    return specs


def _working(config: Config, workers: int, whose: str = "") -> list[ChildSpec]:
    """Those that work for one workspace."""
    names = [f"worker-{number}" for number in range(1, workers + 1)]
    # Without a mail server and accounts the sender waits, and messages wait in the outbox.
    names += ["segmenter", "sender"]
    env = environment(config) if whose else {}
    return [ChildSpec(one + whose, [*_ME, one.split("-")[0]], env) for one in names]


_seen: dict[str, list[Workspace]] = {}


def _beside(config: Config) -> list[Workspace]:
    """The open workspaces beside the first; those last seen while PostgreSQL is away."""
    try:
        known = postgres.look(config.postgres_url, workspaces.known)
        _seen[config.postgres_url] = workspaces.beside(known)
    except psycopg.OperationalError:
        pass
    return _seen.get(config.postgres_url, [])


def _answers(config: Config) -> bool:
    host = "127.0.0.1" if config.host in ("", "0.0.0.0", "::") else config.host  # noqa: S104
    try:
        with urlopen(f"http://{host}:{config.port}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
