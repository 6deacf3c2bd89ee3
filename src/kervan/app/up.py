"""`kervan up`: all processes of one machine under one supervisor."""

import argparse
import sys
from collections.abc import Sequence
from urllib.error import URLError
from urllib.request import urlopen

from kervan.app import ground
from kervan.engines import supervise
from kervan.engines.supervise import ChildSpec
from kervan.kernel import log
from kervan.kernel.config import Config


def up(config: Config, _: argparse.Namespace) -> int:
    """Start everything and keep it running until SIGTERM or Ctrl-C."""
    return supervise.up(config, children, prepare=ground.prepare, announce=_announce)


def _announce(config: Config) -> None:
    key, link = ground.first_key(config)
    log.say(f"Kervan is up at {config.address}")
    if key:
        log.say(f"Write key   {key}")
    log.say(f"Sign in     {link}")


def children(config: Config) -> Sequence[ChildSpec]:
    """The processes of one Kervan; each is this program with another word."""
    me = [sys.executable, "-m", "kervan"]
    specs = [
        ChildSpec(f"web-{number}", [*me, "web"], ready=lambda: _answers(config))
        for number in range(1, config.web_processes + 1)
    ]
    specs += [
        ChildSpec(f"worker-{number}", [*me, "worker"])
        for number in range(1, config.worker_processes + 1)
    ]
    specs.append(ChildSpec("segmenter", [*me, "segmenter"]))
    # Without a mail server and accounts it waits for one, and messages wait in the outbox.
    specs.append(ChildSpec("sender", [*me, "sender"]))
    if config.bounce_listen:
        specs.append(ChildSpec("bounces", [*me, "bounces"]))
    return specs


def _answers(config: Config) -> bool:
    host = "127.0.0.1" if config.host in ("", "0.0.0.0", "::") else config.host  # noqa: S104
    try:
        with urlopen(f"http://{host}:{config.port}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
