"""Runs compiled templates in the engine: strict, bounded in time and size, its errors explained."""

import html as html_text
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from minijinja import Environment, TemplateError, safe

from kervan.content import emit, filters
from kervan.content.assemble import TICK
from kervan.kernel.errors import KervanError

FUEL = 60_000
MAX_OUTPUT_CHARS = 1_000_000
_NOTE = re.compile(rf"{emit.NOTE}(\d+){emit.NOTE_END}".encode())
_NAMED = re.compile(r"`([^`]+)`")


@lru_cache(maxsize=4_096)
def _in_references(value: str) -> str:
    """A value escaped as the engine escapes it, and in ASCII; products stand in many mails."""
    escaped = html_text.escape(value).replace("/", "&#x2f;")
    return safe(escaped.encode("ascii", "xmlcharrefreplace").decode())


class Engine:
    """The engine with the templates of one message in one language; not shared between threads.

    `templates` by the engine's name, which ends in `.html` where values are to be escaped for HTML;
    `parts` names the author's field for each. `room` is how many characters one message may lay
    down. `own_filters` are those that only a compiler writes. `ascii_html` has the letters of
    values in HTML written as numeric references.
    """

    def __init__(
        self,
        templates: Mapping[str, str],
        parts: Mapping[str, str],
        language: str,
        room: int = MAX_OUTPUT_CHARS,
        own_filters: Mapping[str, Callable[..., str]] | None = None,
        *,
        ascii_html: bool = False,
    ) -> None:
        self._templates = templates
        self._parts = parts
        self._most = room
        self._room = 0
        self._ascii_html = ascii_html
        self._in_ascii = False
        self._engine = Environment(
            undefined_behavior="strict",
            fuel=FUEL,
            pycompat=False,
            debug=True,
            finalizer=self._measure,
            filters={**filters.for_language(language), **(own_filters or {})},
            globals={TICK: self._tick},
            keep_trailing_newline=True,
            variable_start_string=emit.PRINT,
            variable_end_string=emit.PRINT_END,
            block_start_string=emit.BLOCK,
            block_end_string=emit.BLOCK_END,
            comment_start_string=emit.NOTE,
            comment_end_string=emit.NOTE_END,
        )
        for name, source in templates.items():
            self._engine.add_template(name, source)

    def start(self) -> None:
        """Begin a message: all the room is free again."""
        self._room = self._most

    def run(self, name: str, plain: dict[str, Any]) -> str:
        """The template `name`, filled in with cleaned data. Raises KervanError content.* (422)."""
        self._in_ascii = self._ascii_html and name.endswith(".html")
        try:
            return self._engine.render_template(name, **plain)
        except TemplateError as error:
            raise self._explained(error, name) from None
        except KervanError as error:
            error.status = 422
            raise
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # A filter met a value nobody thought of: the author's line is not known here.
            raise KervanError(
                "content.template_failed",
                status=422,
                part=self._parts[name],
                line=0,
                reason=type(error).__name__,
            ) from None

    def _explained(self, error: TemplateError, name: str) -> KervanError:
        """The author's words for an engine's error: which name, on which line of the source."""
        part = self._parts[name]
        note = _NOTE.search(self._templates[name].encode(), error.range[0] if error.range else 0)
        line = int(note.group(1)) if note else 0
        if error.kind == "OutOfFuel":
            return KervanError("content.out_of_fuel", status=422, part=part, line=line)
        if error.kind == "UndefinedError":
            named = _NAMED.search(error.detail or "")
            variable = named.group(1).replace("__", "") if named else "?"
            return KervanError(
                "content.missing_value", status=422, part=part, line=line, name=variable
            )
        reason = (error.detail or error.kind)[:200]
        return KervanError(
            "content.template_failed", status=422, part=part, line=line, reason=reason
        )

    def _measure(self, value: object) -> object:
        """Called for each printed value: refuses what is no text, and counts what is laid down."""
        if type(value) is not str:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                kind = "none" if value is None else type(value).__name__
                raise KervanError("content.not_printable", status=422, type=kind)
            return value
        self._room -= len(value)
        if self._room < 0:
            raise KervanError("content.output_too_long", status=422, limit=self._most)
        return value if not self._in_ascii or value.isascii() else _in_references(value)

    def _tick(self, turns: int, static_chars: int) -> str:
        self._room -= (turns - 1) * static_chars
        if self._room < 0:
            raise KervanError("content.output_too_long", status=422, limit=self._most)
        return ""
