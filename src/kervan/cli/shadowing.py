"""The word that tries a journey on today's traffic."""

from pathlib import Path

from kervan.cli.word import Word


def words(word: Word) -> None:
    """Add it."""
    one = word("shadow", "shadow:shadow", "what a journey would do today; nothing is sent")
    one.add_argument("action", choices=("list", "start", "show", "stop"))
    one.add_argument("what", nargs="?", help="the journey's key; for start also a text's file")
    one.add_argument("--days", type=int, default=7, help="start: it ends by itself after so many")
    one.add_argument("--policy", type=Path, help="start: try this policy instead of that in force")
    one.add_argument("--sample", type=int, default=10, help="start: tell of so many people whole")
    one.add_argument("--seed", type=int, default=1, help="start: chooses those people")
    one.add_argument("--json", action="store_true", help="show: the whole report for machines")
