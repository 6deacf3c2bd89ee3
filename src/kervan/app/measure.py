"""`kervan bench`: how fast this machine is, beside the bare cost of the work."""

import argparse

from kervan.bench import measure
from kervan.kernel.config import Config


def bench(config: Config, arguments: argparse.Namespace) -> int:
    """Run one bench or all; the status says whether every figure reached its target."""
    return measure.run(
        arguments.name,
        config,
        as_json=arguments.json,
        scale=arguments.scale,
        minutes=arguments.minutes,
    )
