"""Structured logs: JSON lines for machines, one plain line for a terminal."""

import json
import sys
import threading
from typing import TextIO

from kervan.kernel import clock

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


class _Sink:
    stream: TextIO = sys.stderr
    plain: bool = False
    level: int = 20
    process: str = ""


_lock = threading.Lock()


def setup(log_format: str = "auto", level: str = "info", process: str = "") -> None:
    """Choose the form: `json`, `plain`, or `auto` (plain on a terminal)."""
    _Sink.plain = log_format == "plain" or (log_format == "auto" and sys.stderr.isatty())
    _Sink.level = _LEVELS.get(level, 20)
    _Sink.process = process


class Logger:
    """Writes facts under a name; values are facts, never personal data or secrets."""

    def __init__(self, name: str) -> None:
        self.name = name

    def debug(self, what: str, **facts: object) -> None:
        """A fact only a developer wants."""
        self._write("debug", what, facts)

    def info(self, what: str, **facts: object) -> None:
        """A fact of normal work."""
        self._write("info", what, facts)

    def warning(self, what: str, **facts: object) -> None:
        """Something an operator should look at."""
        self._write("warning", what, facts)

    def error(self, what: str, **facts: object) -> None:
        """Something that failed."""
        self._write("error", what, facts)

    def _write(self, level: str, what: str, facts: dict[str, object]) -> None:
        if _LEVELS[level] < _Sink.level:
            return
        at = clock.now()
        if _Sink.plain:
            rest = " ".join(f"{key}={value}" for key, value in facts.items())
            line = f"{at:%H:%M:%S} {level:<7} {_Sink.process}/{self.name}: {what} {rest}".rstrip()
        else:
            record = {
                "at": at.isoformat(timespec="milliseconds"),
                "level": level,
                "process": _Sink.process,
                "room": self.name,
                "what": what,
                **facts,
            }
            line = json.dumps(record, ensure_ascii=False, default=str)
        with _lock:
            _Sink.stream.write(line + "\n")
            _Sink.stream.flush()


def get(name: str) -> Logger:
    """The logger of one room."""
    return Logger(name)


def say(text: str) -> None:
    """One line for the person who gave the command, on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    """A line that the next one replaces, for a person watching; nothing where nobody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
