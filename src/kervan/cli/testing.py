"""The words for authors of journeys: tests as text, and the ready-made ones."""

from pathlib import Path

from kervan.cli.word import Word


def words(word: Word) -> None:
    """Add them."""
    test = word("test", "testing:test", "play the tests of journeys; status 1 if one is not so")
    test.add_argument("files", nargs="+", type=Path, metavar="FILE", help="or a folder of them")
    test.add_argument("--json", action="store_true", help="one JSON object a test")
    library = word(
        "library", "testing:ready_made", "list the ready-made journeys, or write one out"
    )
    library.add_argument("key", nargs="?", default="", help="write this one's files")
    library.add_argument("folder", nargs="?", type=Path, help="into this folder; else its key")
