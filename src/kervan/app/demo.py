"""`kervan demo`: the whole story on one machine."""

import argparse
from dataclasses import replace
from pathlib import Path

from kervan.app import ground, operate, up
from kervan.demo import story
from kervan.kernel.config import Config


def demo(config: Config, arguments: argparse.Namespace) -> int:
    """Tell the story; with `--once` the status says whether all of it happened."""
    if arguments.data is None:
        config = replace(config, data=Path("kervan-demo").absolute())
    return story.run(
        config,
        arguments.once,
        children=up.children,
        prepare=ground.prepare,
        apply=operate.apply_journey,
        sign_in=ground.new_sign_in_link,
    )
