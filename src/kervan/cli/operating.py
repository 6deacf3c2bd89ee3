"""The words of an operator: look, mend, measure, apply texts, bring files in and out."""

from pathlib import Path
from uuid import UUID

from kervan.cli.word import Word


def words(word: Word) -> None:
    """Add them."""
    _words_of_an_operator(word)
    _words_of_scores(word)
    _words_of_files(word)


def _words_of_an_operator(word: Word) -> None:
    word("doctor", "examine:doctor", "say what is wrong and what to do; status 1 if anything is")
    word("link", "admit:link", "print a new one-time sign-in link")
    word("token", "admit:token", "print a new API token").add_argument("name")
    source = word("source", "admit:source", "make a source of events and print its write key")
    source.add_argument("name")
    source.add_argument("kind", help="browser, server, till, kiosk, call_centre or import")
    word("migrate", "examine:migrations", "bring the databases up to date").add_argument(
        "--check", action="store_true", help="only say what is missing; status 1 if anything is"
    )
    space = word("workspace", "workspaces:workspace", "list, open, close or reopen workspaces")
    space.add_argument("action", choices=("list", "open", "close", "reopen"))
    space.add_argument("key", nargs="?", default="")
    space.add_argument("--name", default="", help="what people call it")
    space.add_argument("--at", default="", metavar="HOST", help="KEY before the first one's host")
    space.add_argument("--country", default="", help="ISO 3166, two letters; as the first one's")
    space.add_argument("--zone", default="", help="its time zone; as the first one's")
    space.add_argument("--locale", default="", choices=("", "tr", "az", "en"))
    bench = word(
        "bench", "measure:bench", "measure this machine's speed, beside the bare cost of the work"
    )
    bench.add_argument("name", help="collect, journey, mail, consent ... or all")
    bench.add_argument("--json", action="store_true", help="one JSON object a line and figure")
    bench.add_argument("--scale", type=int, default=1, help="also with so many times the data")
    bench.add_argument("--minutes", type=float, default=0, help="also for so long (collect)")
    approve = word("approve", "approve:approve", "what waits for a second person, and her word")
    approve.add_argument("proposal", nargs="?", type=UUID, help="all that waits without one")
    approve.add_argument("--reject", action="store_true", help="send it back, with a --note why")
    approve.add_argument("--note", default="", help="for its author")
    approve.add_argument(
        "--require", action="append", default=[], metavar="KIND=SCOPE",
        help="message, journey or policy = none, marketing or all; may be repeated",
    )  # fmt: skip
    lint = word("lint", "lint:lint", "say where a message's text departs from the brand guide")
    lint.add_argument("file", type=Path)
    lint.add_argument("--live", action="store_true", help="open each of its links once")
    segment = word(
        "segment", "segments:segment", "show a segment, count its people, sync it, check all"
    )
    segment.add_argument("action", choices=("show", "count", "check", "sync"))
    segment.add_argument("key", nargs="?", help="not for check, which asks about every segment")
    segment.add_argument("--url", help="sync: tell this receiver who enters and leaves")
    segment.add_argument(
        "--private", action="store_true", help="sync: the receiver may lie in our own network"
    )
    segment.add_argument("--new-secret", action="store_true", help="sync: sign with another secret")
    segment.add_argument("--off", action="store_true", help="sync: tell nobody any more")
    letters = word("deadletter", "refused:dead_letter", "list, search and resend refused events")
    letters.add_argument("action", choices=("list", "resend"))
    letters.add_argument("ids", nargs="*", type=int)
    letters.add_argument("--reason")
    letters.add_argument("--source")
    letters.add_argument("--text", default="")


def _words_of_scores(word: Word) -> None:
    rfm = word("rfm", "scores:rfm", "show customers by RFM group, or set how they are scored")
    rfm.add_argument("--currency", help='which orders count, such as TRY; "" for the usual one')
    rfm.add_argument("--window-days", type=int, help="how far back orders count; 0 for all time")
    rfm.add_argument("--edges", choices=("daily", "monthly"), help="how often fifths are made anew")
    for name in ("recency", "frequency", "monetary"):
        rfm.add_argument(f"--{name}", metavar="A,B,C,D", help="four rising edges that stay")


def _words_of_files(word: Word) -> None:
    files = word(
        "import",
        "bring:import_file",
        "import a file of past events or a list of people: NDJSON, CSV or Parquet",
    )
    files.add_argument("what", choices=("events", "people"))
    files.add_argument("file", type=Path)
    files.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="where a CSV column goes, e.g. 'Kunde=userId'; may be repeated",
    )
    files.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="what every row has, e.g. 'event=Order Completed'",
    )
    files.add_argument("--trigger", action="store_true", help="let the events start journeys")
    files.add_argument("--dry-run", action="store_true", help="only say what would happen (people)")
    files.add_argument(
        "--encoding", help="of a CSV file whose letters come out wrong, e.g. windows-1254 (people)"
    )
    out = word(
        "export", "files:export",
        "export people to a file: CSV, NDJSON or Parquet; or all texts that are live to a folder",
    )  # fmt: skip
    out.add_argument("what", metavar="people|FOLDER")
    out.add_argument("file", type=Path, nargs="?", help="of people")
