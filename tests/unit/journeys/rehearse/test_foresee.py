"""What becomes of a message is told to the run that meant it, at its instant, and only once new."""

import numpy as np

from kervan.delivery.decide import Reason, Verdict
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.foresee import Oracle, foreseen
from kervan.journeys.rehearse.sends import WAITING, Intents, Sends
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.step import ARRIVE, DUE, LEAVE, NEVER, STAY, Arrivals, NoFacts

STEP = Send(message="hi", on_blocked="branch", on_unreachable="exit")
NIGHT, MORNING = 1_780_000_000_000, 1_780_030_000_000


def _column(*values: int) -> Int64:
    return np.array(values, np.int64)


def _people(at_ms: int, cause: int, *persons: int) -> Arrivals:
    count = len(persons)
    return Arrivals(
        np.full(count, at_ms), np.full(count, cause, np.int8), np.full(count, -1, np.int16),
        _column(*persons), np.full(count, NIGHT - 5), "basket/mail", NoFacts(),
    )  # fmt: skip


def test_each_goes_the_way_of_her_message() -> None:
    step = foreseen(STEP)
    oracle = Oracle({(1, 0): step})
    first = step.advance(_people(NIGHT, ARRIVE, 1, 2, 3, 4, 5))
    assert first.exit.tolist() == [0] * 5 and first.intend.all()
    # 1 goes at once, 2 in the morning, 3 is full in the morning, 4 has no address, 5 still waits.
    verdicts = (Verdict.HAND_OVER, Verdict.HAND_OVER, Verdict.SUPPRESS, Verdict.SUPPRESS, WAITING)
    reasons = (0, 0, Reason.CAP_REACHED, Reason.NO_ADDRESS, 0)
    ones = _column(1, 1, 1, 1, 1)
    intents = Intents(
        _column(1, 2, 3, 4, 5), ones, ones * 0, ones, ones * NIGHT, ones * NEVER, ones * 0,
        ones * (NIGHT - 5),
    )  # fmt: skip
    sends = Sends(
        ("email",), np.zeros(5, np.int16), np.array(verdicts, np.int16),
        np.array(reasons, np.int16), _column(NIGHT, MORNING, MORNING, NIGHT, NIGHT),
    )  # fmt: skip
    assert oracle.learn(intents, sends)
    assert not oracle.learn(intents, sends), "nothing new"
    told = step.advance(_people(NIGHT, ARRIVE, 1, 2, 3, 4, 5))
    assert told.exit.tolist() == [0, STAY, STAY, LEAVE, STAY]
    assert told.due_ms.tolist() == [NEVER, MORNING, MORNING, NEVER, NEVER]
    assert told.intend.all()
    later = step.advance(_people(MORNING, DUE, 2, 3))
    assert later.exit.tolist() == [0, 1]
    assert not later.intend.any()
