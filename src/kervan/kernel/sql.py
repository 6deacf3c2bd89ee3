"""Reads commented `.sql` files into named statements, so that SQL is written as SQL."""

import re
from functools import cache
from importlib import resources

_NAME = re.compile(r"^-- name: *([a-z][a-z0-9_]*) *$", re.MULTILINE)


class Statements:
    """The statements of one file, each an attribute holding its text."""

    def __init__(self, source: str, statements: dict[str, str]) -> None:
        self._source = source
        self._statements = statements

    def __getattr__(self, name: str) -> str:
        try:
            return self._statements[name]
        except KeyError:
            raise AttributeError(f"{self._source} has no statement named {name}") from None

    def names(self) -> list[str]:
        """The names of all statements, in the order of the file."""
        return list(self._statements)


@cache
def load(package: str, file: str) -> Statements:
    """The statements of `file` beside `package`'s modules.

    A statement starts at a line `-- name: words_with_underscores`.
    """
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    return Statements(
        f"{package}/{file}", {parts[i]: parts[i + 1].strip() for i in range(0, len(parts), 2)}
    )
