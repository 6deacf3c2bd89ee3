"""Lets people wait in a rehearsal for what becomes of their message, as they do live.

What becomes of it is known once the gate was asked, and what the gate says depends on who meant
which message when. So a window is played again with what was said the last time, until that stays:
what is decided at an instant depends only on what was before it, so each time more of it is final.
The first time everybody's message goes at once, which is right for most.
"""

from typing import Any, ClassVar

import numpy as np

from kervan.delivery.decide import Reason, Verdict
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.sends import WAITING, Intents, Sends
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.step import ARRIVE, NEVER, STAY, Arrivals, EventMatch, Int16, Outcomes

WENT, BLOCKED, UNREACHABLE = 0, 1, 2
"""What became of a message; that a delivery fails nobody can know here."""
MOST_TIMES = 50
_NOWHERE = (Reason.NO_ADDRESS, Reason.ADDRESS_SUPPRESSED)


class Answers:
    """What became of one step's messages, by person, entry and when they were meant."""

    def __init__(self) -> None:
        none = np.zeros(0, np.int64)
        self._runs = none.astype(np.complex128)
        """(person, entry) of each run as one number that sorts by both; exact below 2^53."""
        self._came = self._ends = self._runs
        self._came_due = self._ends_as = none

    def keep(self, intents: Intents, some: Int64, due_ms: Int64, became: Int64) -> None:
        """Take down what became of these intents, and when."""
        run = intents.person[some] + 1j * intents.entered_ms[some]
        self._runs = np.unique(run)
        number = np.searchsorted(self._runs, run)
        for name, at_ms, said in (("came", intents.at_ms[some], due_ms), ("ends", due_ms, became)):
            key = number + 1j * np.minimum(at_ms, 1 << 52)
            # Of two at the same instant in one run the first in the order of intents counts.
            keys, first = np.unique(key, return_index=True)
            setattr(self, f"_{name}", keys)
            setattr(self, "_came_due" if name == "came" else "_ends_as", said[first])

    def due(self, people: Arrivals) -> Int64:
        """When it is known what becomes of the message of those who arrive; at once if unheard."""
        place = self._find(self._came, people)
        return np.where(place >= 0, np.append(self._came_due, 0)[place], people.at_ms)

    def became(self, people: Arrivals) -> Int64:
        """What became of the message of those who waited until now, or did not have to."""
        place = self._find(self._ends, people)
        return np.where(place >= 0, np.append(self._ends_as, 0)[place], WENT)

    def _find(self, keys: Any, people: Arrivals) -> Int64:
        """Their places among `keys`, -1 for none."""
        missing = np.full(len(people.at_ms), -1, np.int64)
        if not len(keys):
            return missing
        run = people.person + 1j * people.entered_ms
        number = np.minimum(np.searchsorted(self._runs, run), len(self._runs) - 1)
        key = number + 1j * people.at_ms
        place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        return np.where((self._runs[number] == run) & (keys[place] == key), place, missing)


class Foreseen(Send, frozen=True, eq=False):
    """A step that sends and waits; it is told what becomes of its messages."""

    kind: ClassVar[str] = "send"

    answers: Any = None

    def listens(self) -> list[EventMatch]:
        """Nothing: the gate is asked."""
        return []

    def advance(self, people: Arrivals) -> Outcomes:
        """She stays until it is known what becomes of the message, if it is not at once."""
        arrived = people.cause == ARRIVE
        due_ms = np.where(arrived, self.answers.due(people), people.at_ms)
        stays = due_ms > people.at_ms
        ways = [self._way(""), self._way("blocked"), self._way("unreachable")]
        onward = np.array(ways, np.int16)[self.answers.became(people)]
        exit_: Int16 = np.where(stays, np.int16(STAY), onward).astype(np.int16)
        return Outcomes(exit_, np.where(stays, due_ms, NEVER), arrived.copy())


def foreseen(step: Send) -> Foreseen:
    """The step as it is rehearsed, with no answers yet."""
    settings = {name: getattr(step, name) for name in step.__struct_fields__}
    return Foreseen(**settings, answers=Answers())


class Oracle:
    """Tells the steps that wait, by (version, step)."""

    def __init__(self, steps: dict[tuple[int, int], Foreseen]) -> None:
        self.steps = steps
        self._known: dict[tuple[int, int], tuple[bytes, ...]] = {}
        self.times = 0
        """How often it was told."""

    def learn(self, intents: Intents, sends: Sends) -> bool:
        """Take down what became of all messages; gives whether that is news to anybody."""
        self.times += 1
        news = False
        for (version, place), step in sorted(self.steps.items()):
            some = np.flatnonzero((intents.version == version) & (intents.step == place))
            verdict = sends.verdict[some]
            went = np.isin(verdict, (Verdict.HAND_OVER, Verdict.GHOST))
            became = np.where(np.isin(sends.reason[some], _NOWHERE), UNREACHABLE, BLOCKED)
            became = np.where(went, WENT, became).astype(np.int64)
            # What is taken back is so because the run is over: she waits for nothing any more.
            never = np.isin(verdict, (WAITING, Verdict.CANCEL))
            due_ms = np.where(never, NEVER, sends.at_ms[some])
            # Whom it concerns at all: all others go on at once as if they had never waited.
            told = (became != WENT) | (due_ms > intents.at_ms[some])
            some, due_ms, became = some[told], due_ms[told], became[told]
            columns = (intents.person[some], intents.entered_ms[some], intents.at_ms[some])
            known = tuple(one.tobytes() for one in (*columns, due_ms, became))
            if known != self._known.get((version, place), (b"",) * len(known)):
                news = True
                self._known[version, place] = known
                step.answers.keep(intents, some, due_ms, became)
        return news
