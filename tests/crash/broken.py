"""Kervan with one protection taken off: `python -m tests.crash.broken WHAT COMMAND …`.

WHAT is `deduplication` (repeats are not dropped), `acknowledgement` (200 before the write) or
`doubt` (a message in doubt is sent again). The crash tests must see each of them.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from kervan import cli
from kervan.app import sender, up, web, worker
from kervan.collect.intake import AsyncIntake
from kervan.delivery.books import DoubtPolicy
from kervan.delivery.send import Rules
from kervan.engines.supervise import ChildSpec
from kervan.kernel.config import Config

WHATS = ("deduplication", "acknowledgement", "doubt")
_LAZY_SECONDS = 0.1


class Hasty(AsyncIntake):
    """Says that a body is durable and then goes about writing it."""

    async def append(self, *values: object, **more: object) -> None:
        """Return at once."""
        self._late = getattr(self, "_late", set())
        task = asyncio.create_task(self._later(*values, **more))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _later(self, *values: object, **more: object) -> None:
        await asyncio.sleep(_LAZY_SECONDS)
        await super().append(*values, **more)  # type: ignore[arg-type]


def take_off(what: str) -> None:
    """Put the broken part in, here and in every process started from here."""
    started = up.children

    def children(config: Config) -> Sequence[ChildSpec]:
        program = [sys.executable, "-m", "tests.crash.broken", what]
        return [replace(spec, argv=[*program, *spec.argv[3:]]) for spec in started(config)]

    up.children = children
    if what == "deduplication":
        worker.worker = partial(worker.worker, deduplicate=False)
    elif what == "acknowledgement":
        web.web = partial(web.web, intake=Hasty)
    elif what == "doubt":
        doubt = DoubtPolicy(window_seconds=1.0, send_again=True)
        sender.sender = partial(sender.sender, rules=Rules(doubt=doubt))
    else:
        raise SystemExit(f"{what} is none of {', '.join(WHATS)}")


if __name__ == "__main__":
    take_off(sys.argv[1])
    cli.main(sys.argv[2:])
