"""Binds the values of a tree as parameters; the one place where names out of a tree become text."""

from collections.abc import Sequence

LEAST_AT_MS, MOST_AT_MS = -2_208_988_800_000, 10_413_792_000_000
"""From 1900 to 2300: what a DateTime64 holds, and so the bounds it is compared with."""


class Bound:
    """The parameters of one statement: equal values are bound once."""

    def __init__(self) -> None:
        self.parameters: dict[str, object] = {}
        self._names: dict[tuple[str, object], str] = {}

    def text(self, value: str) -> str:
        """A text."""
        return self._bind("String", value, value)

    def texts(self, values: Sequence[str]) -> str:
        """A list of texts."""
        return self._bind("Array(String)", list(values), tuple(values))

    def number(self, value: float) -> str:
        """A number as the double it is compared as; beyond doubles it is an infinity."""
        try:
            double = float(value)
        except OverflowError:
            double = float("inf") if value > 0 else float("-inf")
        return self._bind("Float64", double, double)

    def integer(self, value: int) -> str:
        """An Int64."""
        return self._bind("Int64", value, value)

    def natural(self, value: int) -> str:
        """A UInt64."""
        return self._bind("UInt64", value, value)

    def integers(self, values: Sequence[int]) -> str:
        """A list of Int64."""
        return self._bind("Array(Int64)", list(values), tuple(values))

    def instant(self, at_ms: int) -> str:
        """An instant to compare a DateTime64(3) with."""
        return f"fromUnixTimestamp64Milli({self.integer(min(max(at_ms, LEAST_AT_MS), MOST_AT_MS))})"

    def _bind(self, kind: str, value: object, key: object) -> str:
        name = self._names.setdefault((kind, key), f"p{len(self._names)}")
        self.parameters[name] = value
        return f"{{{name}:{kind}}}"


def path(column: str, path_in: str, kind: str = "") -> str:
    """The sub-column of a JSON column at a path, read as values of the type `kind`.

    A key that has a dot is the same as two keys, so the whole path may be one quoted name. `column`
    and `kind` are ours.
    """
    if not path_in:
        raise ValueError("a path in JSON is not empty")
    escaped = path_in.replace("\\", "\\\\").replace("`", "\\`")
    typed = f".:{kind}" if kind else ""
    return f"{column}.`{escaped}`{typed}"
