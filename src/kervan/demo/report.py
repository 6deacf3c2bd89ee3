"""Prints the story as it unfolds: a progress bar, the figures, the stages that really happened."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from kervan.demo.figures import Compared
from kervan.kernel import clock, i18n

_BAR_CELLS = 30
_QUIET_SECONDS = 5.0
_NAME_CHARS = 36
_VALUE_CHARS = 30


@dataclass(frozen=True)
class Stage:
    """One stage: what the simulated people did, what Kervan measured, and whether it is right.

    `did` is None where there is nothing to hold the measurement against.
    """

    key: str
    did: int | None
    measured: int
    good: bool


class Printer:
    """Writes for a person at a terminal, or plain lines for a file."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._terminal = sys.stdout.isatty()
        self._shown = -1.0
        self._open = False

    def say(self, key: str, **facts: object) -> None:
        """One sentence on a line of its own."""
        self.line(i18n.say(f"demo.{key}", self.locale, **facts))

    def line(self, text: str) -> None:
        """One line; an open progress bar is ended first."""
        if self._open:
            sys.stdout.write("\n")
            self._open = False
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def number(self, value: int) -> str:
        """A whole number as the reader writes it."""
        return format_decimal(value, "#,##0", locale=self.locale)

    def progress(self, done: int, total: int) -> None:
        """A bar that grows; without a terminal a line every few seconds."""
        now = clock.monotonic()
        whole = done >= total
        if not whole and now - self._shown < (0.1 if self._terminal else _QUIET_SECONDS):
            return
        self._shown = now
        filled = _BAR_CELLS * done // max(1, total)
        bar = "█" * filled + "░" * (_BAR_CELLS - filled)
        text = f"  {bar}  {self.number(done)} / {self.number(total)}"
        if self._terminal:
            sys.stdout.write("\r" + text)
            sys.stdout.flush()
            self._open = True
        else:
            self.line(text)

    def ticker(self, text: str) -> None:
        """The figures of the moment, in one place on a terminal, else every few seconds."""
        now = clock.monotonic()
        if self._terminal:
            sys.stdout.write("\r\033[K" + text)
            sys.stdout.flush()
            self._open = True
        elif now - self._shown >= _QUIET_SECONDS:
            self._shown = now
            self.line(text)

    def compared(self, rows: Sequence[Compared]) -> None:
        """The published figures beside ours."""
        self.say("compared")
        self._row("column_figure", "column_published", "column_ours", "")
        for row in rows:
            verdict = i18n.say("demo.same" if row.same else "demo.differs", self.locale)
            name = i18n.say(f"demo.figure_{row.key}", self.locale)
            self.line(_columns(name, row.published, row.ours, verdict))

    def stages(self, rows: Sequence[Stage]) -> None:
        """What the simulated people did beside what Kervan measured."""
        self.say("stages")
        self._row("column_stage", "column_did", "column_measured", "")
        for row in rows:
            verdict = i18n.say("demo.yes" if row.good else "demo.no", self.locale)
            name = i18n.say(f"demo.stage_{row.key}", self.locale)
            did = "" if row.did is None else self.number(row.did)
            self.line(_columns(name, did, self.number(row.measured), verdict))

    def rehearsed(self, rows: Sequence[Stage]) -> None:
        """What the rehearsal of these minutes gives beside what really was."""
        self.say("rehearsed")
        self._row("column_stage", "column_rehearsed", "column_really", "")
        for row in rows:
            verdict = i18n.say("demo.same" if row.good else "demo.differs", self.locale)
            name = i18n.say(f"demo.stage_{row.key}", self.locale)
            self.line(_columns(name, self.number(row.did or 0), self.number(row.measured), verdict))

    def _row(self, *keys: str) -> None:
        self.line(_columns(*(i18n.say(f"demo.{key}", self.locale) if key else "" for key in keys)))


def _columns(name: str, first: str, second: str, verdict: str) -> str:
    values = f"{first:>{_VALUE_CHARS}}{second:>{_VALUE_CHARS}}"
    return f"  {name:<{_NAME_CHARS}}{values}  {verdict}".rstrip()
