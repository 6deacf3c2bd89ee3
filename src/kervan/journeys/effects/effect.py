"""What an effect gets: the people it is for, as columns, and how it is called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields

from kervan.journeys.steps.step import Step
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection


@dataclass(slots=True)
class Doings:
    """Columns of equal length, one row per person and passage of a step, in logical order.

    `key` is 16 bytes that no other passage has: who does something twice with one key does it
    once. `context` is what the run carries along (the event that began it, her basket), as JSON.
    """

    key: list[bytes] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    at_ms: list[int] = field(default_factory=list)
    run: list[int] = field(default_factory=list)
    journey: list[str] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    step_key: list[str] = field(default_factory=list)
    step: list[Step] = field(default_factory=list)
    context: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: Iterable[int]) -> "Doings":
        """These rows, in this order."""
        chosen = list(rows)
        return Doings(*([getattr(self, one.name)[row] for row in chosen] for one in fields(self)))


Effect = Callable[[Connection, WorkspaceVault, Doings], None]
"""Does it for all at once; the caller commits. What cannot be done for one is told, not raised."""

Wrong = tuple[str, str, dict[str, object]]
"""What is wrong with a step's settings: (key of the setting, code, its facts)."""
Check = Callable[[Connection, Step], list[Wrong]]
"""What a step names that is not there, or cannot work: asked before a journey goes live."""


def nothing_wrong(_: Connection, __: Step) -> list[Wrong]:
    """For effects whose steps name nothing."""
    return []
