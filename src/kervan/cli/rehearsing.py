"""The words that try a journey before it goes live."""

from pathlib import Path

from kervan.cli.word import Word


def words(word: Word) -> None:
    """Add them."""
    one = word("rehearse", "rehearse:rehearse", "what a journey would have done, on real history")
    one.add_argument("file", type=Path, help="the journey's text")
    one.add_argument("--from", dest="begin", required=True, help="2026-10-01, or with T09:00")
    one.add_argument("--to", dest="end", required=True, help="the end, itself left out")
    one.add_argument("--policy", type=Path, help="try this policy instead of those then in force")
    other = "beside it: another file, the number of a version, or live; tells who gets what else"
    one.add_argument("--against", help=other)
    one.add_argument("--json", action="store_true", help="the whole report for machines")
    one.add_argument("--others", action="store_true", help="let the live journeys play too")
    one.add_argument("--sample", type=int, default=10, help="so many people's whole story")
    one.add_argument("--seed", type=int, default=1, help="chooses those people")
