"""The words that start something and keep it running."""

from kervan.cli.word import Word


def words(word: Word) -> None:
    """Add them."""
    _words_that_run(word)


def _words_that_run(word: Word) -> None:
    word("up", "up:up", "start everything and keep it running")
    word(
        "demo", "demo:demo", "tell the whole story on real history, live in the browser"
    ).add_argument(
        "--once", action="store_true", help="tell it once; status 0 only if all of it happened"
    )
    word("web", "web:web", "serve HTTP only")
    word("worker", "worker:worker", "process events and journeys only")
    word("sender", "sender:sender", "send messages only")
    word("bounces", "bounces:bounces", "take bounces and complaints only")
    word("segmenter", "segmenter:segmenter", "keep who is in which segment only")
