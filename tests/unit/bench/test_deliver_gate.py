"""The bench of the gate decides what it says it does."""

import numpy as np

from kervan.bench import deliver_gate
from kervan.delivery.decide import Reason, decide


def test_the_figures_are_named_and_counted() -> None:
    whole, batches = deliver_gate.figures(candidates=1_000)
    assert (whole.bench, whole.figure, whole.unit) == ("deliver", "gate_decisions", "/CPU s")
    assert batches.figure == "gate_decisions_in_batches"


def test_what_it_decides_on_meets_every_rule() -> None:
    candidates, paces = deliver_gate._columns(2_000)
    found = set(np.unique(decide(candidates, paces).reason).tolist())
    assert {Reason.NONE, Reason.QUIET_HOURS, Reason.CAP_REACHED} <= found
