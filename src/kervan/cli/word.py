"""What every word of the command line has: its function and the flags of the house."""

import argparse
from collections.abc import Callable

FLAGS = (
    ("--data", str),
    ("--host", str),
    ("--port", int),
    ("--web-processes", int),
    ("--worker-processes", int),
)
Word = Callable[[str, str, str], argparse.ArgumentParser]
"""Adds a word: its name, its function as file:function of `app/`, and what it does."""


def flags(one: argparse.ArgumentParser) -> None:
    """Let the flags of the house stand after a word too."""
    for flag, kind in FLAGS:
        one.add_argument(flag, type=kind, default=argparse.SUPPRESS)
