"""Says what a check is, and what it finds: a stable name, a place, facts for its sentence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kervan.content.brand.definition import Severity
from kervan.content.lint.subject import Subject
from kervan.kernel import i18n

ERROR: Severity = "error"
WARNING: Severity = "warning"
OFF: Severity = "off"
CODE = "content.lint_"
"""What the code of a finding begins with; a guide names it without."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure: `path` is a JSON pointer (RFC 6901) into the message, `line` the line inside
    the text there, 0 for the whole. Its sentence says what is wrong and then what to do."""

    code: str
    severity: Severity
    path: str
    params: dict[str, object] = field(default_factory=dict)
    line: int = 0

    def what(self, locale: str = "en") -> str:
        """The sentence without the place."""
        return i18n.say(self.code, locale, **self.params)


class Found(NamedTuple):
    """What a check tells of one place; `name` is one of its own names."""

    name: str
    path: str
    facts: dict[str, object]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its names with their usual severity, and `look`, a pure function."""

    names: Mapping[str, Severity]
    look: Callable[[Subject], Iterable[Found]]
