"""Runs a file of tests: with its journey, and the messages that lie beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kervan.content.messages import definition as messages
from kervan.journeys import parse
from kervan.journeys import text as texts
from kervan.journeys.tested.judge import Result, judge
from kervan.journeys.tested.play import Letter
from kervan.journeys.tested.read import Written, plain, read
from kervan.journeys.text import Place
from kervan.kernel.errors import KervanError

TESTS = "tests.yaml"
_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """A file that keeps tests from running: which, why, and the place its problems are of."""

    path: Path
    error: KervanError
    place: Place | None = None


def run(path: Path) -> list[Result]:
    """Play the tests in a file. Raises Unreadable."""
    written = _tests(path)
    home = path.parent / written.tests.journey
    text = _text(home)
    try:
        journey = parse.parse(text)
    except KervanError as error:
        raise Unreadable(home, error) from None
    return judge(written, journey, letters(home.parent))


def files(paths: list[Path]) -> list[Path]:
    """The files of tests meant: each file, and all that lie below each folder.

    Raises Unreadable for what is neither, or a folder without tests.
    """
    found: list[Path] = []
    for one in paths:
        below = sorted(one.rglob(TESTS)) if one.is_dir() else [one]
        if not below:
            raise Unreadable(one, KervanError("journeys.tested_no_file", name=TESTS))
        found += below
    return found


def letters(folder: Path) -> Mapping[str, Letter]:
    """The messages whose texts lie in a folder, or in its `messages`, by key. Raises Unreadable."""
    found: dict[str, Letter] = {}
    for path in sorted([*folder.glob("*"), *folder.glob("messages/*")]):
        if path.suffix not in _SUFFIXES:
            continue
        root = _root(path)
        under = root.value.get("message") if isinstance(root.value, dict) else None
        if under is None:
            continue
        try:
            message = messages.read(plain(under))
        except KervanError as error:
            raise Unreadable(path, error) from None
        found[message.key] = Letter(tuple(message.variants), message.purpose)
    return found


def _tests(path: Path) -> Written:
    text = _text(path)
    try:
        return read(text)[0]
    except KervanError as error:
        root = _root(path)
        under = root.value.get("tests") if isinstance(root.value, dict) else None
        raise Unreadable(path, error, under) from None


def _root(path: Path) -> Place:
    try:
        return texts.read(_text(path))
    except KervanError as error:
        raise Unreadable(path, error) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = KervanError("cli.cannot_read", path=str(path), problem=str(error))
        raise Unreadable(path, said) from None
