"""The words about texts kept as files, and about journeys that are live."""

import argparse
from pathlib import Path

from kervan.cli.word import Word

PEOPLE = ("stay", "keep", "recompute")


def words(word: Word) -> None:
    """Add them."""
    text = word("apply", "files:apply", "show what texts change, then do it: all of them, or none")
    paths(text)
    text.add_argument("--plan", action="store_true", help="only show what would change")
    plan = word("plan", "files:plan", "show what applying texts would change, and whom it touches")
    paths(plan)
    for one in (text, plan):
        people(one)
        one.add_argument(
            "--prune", action="store_true",
            help="stop journeys and archive segments that have no file any more",
        )  # fmt: skip
    paths(word("diff", "files:diff", "show how texts differ from what is live; status 1 if so"))
    journey = word(
        "journey", "journey:journey", "pause, resume, stop a journey; undo a publication"
    )
    journey.add_argument("action", choices=("list", "pause", "resume", "stop", "undo"))
    journey.add_argument("key", nargs="?", default="")
    journey.add_argument("--yes", action="store_true", help="do it; without it, only say whom")
    journey.add_argument(
        "--timers", choices=("run", "stop"), default="run", help="pause: what time does meanwhile"
    )
    journey.add_argument(
        "--spread-minutes", type=_minutes, default=60, metavar="0..43200",
        help="resume: over how long people go on",
    )  # fmt: skip
    journey.add_argument("--expected", type=int, help="only if this version is live")
    people(journey)


def _minutes(text: str) -> float:
    """At most 30 days, as over the API. Raises ValueError, which argparse tells."""
    value = float(text)
    if not 0 <= value <= 30 * 1_440:
        raise ValueError
    return value


def paths(word: argparse.ArgumentParser) -> None:
    """Files and folders of texts."""
    word.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders")


def people(word: argparse.ArgumentParser) -> None:
    """What becomes of those inside a journey."""
    word.add_argument(
        "--people", choices=PEOPLE, default="stay",
        help="those inside stay on their version, or move: keep their timers, or recompute them",
    )  # fmt: skip
    word.add_argument(
        "--gone", action="append", default=[], metavar="STEP=TARGET",
        help="where people of a removed step go: a step, or exit; may be repeated",
    )  # fmt: skip
