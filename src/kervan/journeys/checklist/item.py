"""One point of the checklist: its name, how it stands, and a sentence in the reader's language."""

from dataclasses import dataclass, field
from typing import Literal

from kervan.kernel import i18n

State = Literal["ok", "warning", "error"]
OK: State = "ok"
WARNING: State = "warning"
ERROR: State = "error"
_SIGNS = {OK: "✓", WARNING: "!", ERROR: "✗"}


@dataclass(frozen=True, slots=True)
class Item:
    """A point that was looked at; only an `error` keeps a text from going live."""

    name: str
    state: State
    facts: dict[str, object] = field(default_factory=dict)

    def what(self, locale: str = "en") -> str:
        """The sentence: what stands, or what to do."""
        return i18n.say(f"journeys.checklist_{self.name}_{self.state}", locale, **self.facts)

    def say(self, locale: str = "en") -> str:
        """✓, ! or ✗, and the sentence."""
        return f"{_SIGNS[self.state]} {self.what(locale)}"
