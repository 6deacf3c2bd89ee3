"""The command line: `kervan up`, and a word for everything an operator does."""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module

from kervan.app import spare
from kervan.cli import (
    commerce,
    files,
    operating,
    people,
    rehearsing,
    running,
    sending,
    shadowing,
    testing,
)
from kervan.cli.word import FLAGS, flags
from kervan.engines import trim
from kervan.kernel import config as configuration
from kervan.kernel import log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError


def main(argv: list[str] | None = None) -> None:
    """Run one command and exit with its status; an expected error is one clear sentence."""
    arguments = parser().parse_args(argv)
    config = configuration.load(
        data=arguments.data,
        port=arguments.port,
        host=arguments.host,
        web_processes=arguments.web_processes,
        worker_processes=arguments.worker_processes,
    )
    log.setup(config.log_format, config.log_level, arguments.command)
    spare.the_unused()
    trim.at_rest()
    try:
        status = command(arguments.run)(config, arguments)
    except KervanError as error:
        sys.stderr.write(f"kervan: {error.say(config.locale)}\n")
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def parser() -> argparse.ArgumentParser:
    """The words of the command line and their flags."""
    root = argparse.ArgumentParser(prog="kervan", description=__doc__)
    for flag, kind in FLAGS:
        root.add_argument(flag, type=kind, default=None)
    words = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def word(name: str, run: str, text: str) -> argparse.ArgumentParser:
        one = words.add_parser(name, help=text, description=text)
        flags(one)
        one.set_defaults(run=run)
        return one

    rooms = (
        running, operating, files, people, sending, commerce, testing, rehearsing, shadowing,
    )  # fmt: skip
    for room in rooms:
        room.words(word)
    return root


def command(place: str) -> Callable[[Config, argparse.Namespace], int]:
    """The function behind a word, written as file:function of `app/`."""
    module, _, name = place.partition(":")
    # house: hidden-import — see docs/decisions/a-process-imports-what-it-runs.md
    home = import_module(f"kervan.app.{module}")
    found: Callable[[Config, argparse.Namespace], int] = getattr(home, name)
    return found
