"""Bench `deliver`: how fast messages are decided on, and how fast they leave by each way out."""

from kervan.bench import (
    deliver_gate,
    deliver_http,
    deliver_mail,
    deliver_smpp,
    deliver_stop,
    deliver_stuck,
)
from kervan.bench.report import Figure
from kervan.kernel.config import Config

NAME = deliver_gate.BENCH


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """The gate, SMPP (to a real peer where there is Node), HTTP, e-mail, a stuck provider, a stop.

    `minutes` changes nothing here.
    """
    return [
        *deliver_gate.figures(scale=scale),
        *deliver_smpp.figures(scale=scale),
        *deliver_http.figures(scale=scale),
        *deliver_mail.figures(config, scale=scale),
        *deliver_stuck.figures(config, scale=scale),
        *deliver_stop.figures(config, scale=scale),
    ]
