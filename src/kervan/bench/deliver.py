"""Bench `deliver`: how fast messages are decided on, and how fast texts leave over SMPP."""

from kervan.bench import deliver_gate, deliver_smpp
from kervan.bench.report import Figure
from kervan.kernel.config import Config

NAME = deliver_gate.BENCH


def measure(_: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """The gate over columns, then a real SMPP peer where there is Node, else one of ours.

    `minutes` changes nothing here.
    """
    return [*deliver_gate.figures(scale=scale), *deliver_smpp.figures(scale=scale)]
