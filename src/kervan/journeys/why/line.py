"""One sentence of a story before it is said: a key of words with what stands in it."""

from dataclasses import dataclass, field
from typing import Any

from kervan.journeys.steps.step import Step


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened, stands or would have happened, at `at_ms` (0 for no instant).

    `code` is the sentence's key of words, `step` the key of the step it is about. `facts` are
    plain values; those whose names end in `_ms` are times and stand in the sentence without that
    ending. `steps` are described in the reader's language, `words` are keys of words. `event` are
    properties of the event behind it, which may be personal.
    """

    at_ms: int
    code: str
    step: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One run of a person: its version's number, and its story line by line."""

    run: int
    version: int
    is_inside: bool
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Story:
    """A person and a journey: her runs, the latest first, and what kept her out, the latest first.

    `missed` is never empty for who has no run.
    """

    journey: str
    name: str
    runs: list[Told]
    missed: list[Line]
