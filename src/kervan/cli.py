"""The command line: `kervan up`, and a word for everything an operator does."""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from uuid import UUID

from kervan.app import spare
from kervan.engines import trim
from kervan.kernel import config as configuration
from kervan.kernel import log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

_FLAGS = (
    ("--data", str),
    ("--host", str),
    ("--port", int),
    ("--web-processes", int),
    ("--worker-processes", int),
)


_Word = Callable[[str, str, str], argparse.ArgumentParser]


def main(argv: list[str] | None = None) -> None:
    """Run one command and exit with its status; an expected error is one clear sentence."""
    arguments = parser().parse_args(argv)
    config = configuration.load(
        data=arguments.data,
        port=arguments.port,
        host=arguments.host,
        web_processes=arguments.web_processes,
        worker_processes=arguments.worker_processes,
    )
    log.setup(config.log_format, config.log_level, arguments.command)
    spare.the_unused()
    trim.at_rest()
    try:
        status = command(arguments.run)(config, arguments)
    except KervanError as error:
        sys.stderr.write(f"kervan: {error.say(config.locale)}\n")
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def parser() -> argparse.ArgumentParser:
    """The words of the command line and their flags."""
    root = argparse.ArgumentParser(prog="kervan", description=__doc__)
    for flag, kind in _FLAGS:
        root.add_argument(flag, type=kind, default=None)
    words = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def word(name: str, run: str, text: str) -> argparse.ArgumentParser:
        one = words.add_parser(name, help=text, description=text)
        for flag, kind in _FLAGS:
            one.add_argument(flag, type=kind, default=argparse.SUPPRESS)
        one.set_defaults(run=run)
        return one

    _words_that_run(word)
    _words_of_an_operator(word)
    _words_about_access(word)
    _words_of_files(word)
    _words_of_privacy(word)
    _words_of_consent(word)
    _words_of_the_registry(word)
    _words_of_the_company(word)
    _words_of_sending(word)
    return root


def _words_that_run(word: _Word) -> None:
    word("up", "up:up", "start everything and keep it running")
    word(
        "demo", "demo:demo", "tell the whole story on real history, live in the browser"
    ).add_argument(
        "--once", action="store_true", help="tell it once; status 0 only if all of it happened"
    )
    word("web", "web:web", "serve HTTP only")
    word("worker", "worker:worker", "process events and journeys only")
    word("sender", "sender:sender", "send messages only")
    word("segmenter", "segmenter:segmenter", "keep who is in which segment only")


def _words_of_an_operator(word: _Word) -> None:
    word("doctor", "operate:doctor", "say what is wrong and what to do; status 1 if anything is")
    word("link", "operate:link", "print a new one-time sign-in link")
    word("token", "operate:token", "print a new API token").add_argument("name")
    source = word("source", "operate:source", "make a source of events and print its write key")
    source.add_argument("name")
    source.add_argument("kind", help="browser, server, till, kiosk, call_centre or import")
    word("migrate", "operate:migrations", "bring the databases up to date").add_argument(
        "--check", action="store_true", help="only say what is missing; status 1 if anything is"
    )
    bench = word(
        "bench", "measure:bench", "measure this machine's speed, beside the bare cost of the work"
    )
    bench.add_argument("name", help="collect, journey, mail, consent ... or all")
    bench.add_argument("--json", action="store_true", help="one JSON object a line and figure")
    bench.add_argument("--scale", type=int, default=1, help="also with so many times the data")
    bench.add_argument("--minutes", type=float, default=0, help="also for so long (collect)")
    text = word(
        "apply", "operate:apply", "show what a text (journey, segment, policy) changes, then do it"
    )
    text.add_argument("file", type=Path)
    text.add_argument("--plan", action="store_true", help="only show what would change")
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
    _words_of_scores(word)
    _words_of_channels(word)
    letters = word("deadletter", "operate:dead_letter", "list, search and resend refused events")
    letters.add_argument("action", choices=("list", "resend"))
    letters.add_argument("ids", nargs="*", type=int)
    letters.add_argument("--reason")
    letters.add_argument("--source")
    letters.add_argument("--text", default="")


def _words_of_channels(word: _Word) -> None:
    account = word("channel", "channels:channel", "accounts at providers of messages")
    account.add_argument("action", choices=("providers", "list", "add", "off", "on"))
    account.add_argument("name", nargs="?", default="", help="what you call the account")
    account.add_argument("provider", nargs="?", default="", help="add: one of `providers`")
    account.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    account.add_argument("--file", type=Path, help="settings as JSON, secrets too; - for stdin")
    account.add_argument("--place", type=int, default=0, help="the lowest of a channel goes first")
    account.add_argument("--per-second", type=float, help="instead of the provider's own pace")
    account.add_argument("--in-flight", type=int, help="so many at once")
    account.add_argument(
        "--private", action="store_true", help="its address may lie in our own network"
    )


def _words_of_scores(word: _Word) -> None:
    rfm = word("rfm", "scores:rfm", "show customers by RFM group, or set how they are scored")
    rfm.add_argument("--currency", help='which orders count, such as TRY; "" for the usual one')
    rfm.add_argument("--window-days", type=int, help="how far back orders count; 0 for all time")
    rfm.add_argument("--edges", choices=("daily", "monthly"), help="how often fifths are made anew")
    for name in ("recency", "frequency", "monetary"):
        rfm.add_argument(f"--{name}", metavar="A,B,C,D", help="four rising edges that stay")


def _words_of_files(word: _Word) -> None:
    files = word(
        "import",
        "operate:import_file",
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
    out = word("export", "people:export_file", "export people to a file: CSV, NDJSON or Parquet")
    out.add_argument("what", choices=("people",))
    out.add_argument("file", type=Path)


def _words_of_consent(word: _Word) -> None:
    consent = word("consent", "consent:consent", "prove the ledger, or what allowed one message")
    actions = consent.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "prove the chain, name what was tampered with; status 1 if anything was"
    verify = actions.add_parser("verify", help=text, description=text)
    verify.add_argument(
        "--noted", default="", metavar="PLACE:HASH", help="an end that was written down earlier"
    )
    text = "show the consent that allowed a message"
    prove = actions.add_parser("prove", help=text, description=text)
    prove.add_argument("message", type=UUID)
    text = "show what the law of a place asks, each fact with its source"
    rules = actions.add_parser("rules", help=text, description=text)
    rules.add_argument("place", choices=("TR", "AZ", "EU"))
    for one in (verify, prove, rules):
        one.add_argument("--json", action="store_true")
        for flag, kind in _FLAGS:
            one.add_argument(flag, type=kind, default=argparse.SUPPRESS)


def _words_of_the_registry(word: _Word) -> None:
    text = "the registry of commercial messages (İYS): its account, how it stands"
    actions = word("registry", "registry:registry", text).add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    made = {
        name: actions.add_parser(name, help=text, description=text)
        for name, text in (
            ("set", "save an account from a TOML file; its secrets are sealed"),
            ("off", "speak to the registry no more; what waits is kept"),
            ("status", "what waits, what is late, what was refused; status 1 if anything is wrong"),
            ("push", "send what waits now, then say how it stands"),
            ("pull", "bring what citizens said there now, then say how it stands"),
            ("check", "ask what the registry holds of one address"),
        )
    }
    made["set"].add_argument("file", type=Path)
    made["check"].add_argument("address")
    made["check"].add_argument("--channel", default="sms", help="sms, email or call")
    for name in ("check", "off"):
        made[name].add_argument("--brand", default="")
    made["check"].add_argument("--merchant", action="store_true", help="her record as a merchant")
    for one in made.values():
        for flag, kind in _FLAGS:
            one.add_argument(flag, type=kind, default=argparse.SUPPRESS)


def _words_of_the_company(word: _Word) -> None:
    text = "who speaks in the messages: the company and its brands"
    actions = word("company", "company:company", text).add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    text = "set facts that commercial messages must give; what is not named stays"
    change = actions.add_parser("set", help=text, description=text)
    change.add_argument("--brand", default="", help="a brand of the company")
    for name, text in (
        ("title", "trade name"),
        ("mersis", "MERSİS number, 16 digits (Türkiye)"),
        ("address", "postal address"),
        ("email", "address for questions"),
        ("phone", "telephone"),
        ("website", "https://…"),
    ):
        change.add_argument(f"--{name}", help=text)
    show = actions.add_parser("show", help="what was set", description="what was set")
    show.add_argument("--json", action="store_true")
    for one in (change, show):
        for flag, kind in _FLAGS:
            one.add_argument(flag, type=kind, default=argparse.SUPPRESS)


def _words_of_privacy(word: _Word) -> None:
    erase = word("erase", "privacy:erase", "erase a person and print the receipt")
    erase.add_argument("person", help="her public id, e-mail, phone, customer id or card")
    erase.add_argument(
        "--now", action="store_true", help="leave no byte on disk: copies, old pages, log"
    )
    erase.add_argument("--receipt", type=Path, help="write the receipt to this file")
    access = word("access", "privacy:access", "give a person everything we know of her")
    access.add_argument("action", choices=("export",))
    access.add_argument("person", help="her public id, e-mail, phone, customer id or card")
    access.add_argument("file", type=Path, help="the zip to write")
    text = "requests with their due days, the register of processing, how long data is kept"
    actions = word("privacy", "privacy:privacy", text).add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    made = {
        name: actions.add_parser(name, help=text, description=text)
        for name, text in (
            ("requests", "all requests, the open ones first; status 1 if one is late"),
            ("open", "write down a request of a person"),
            ("close", "close a request with its answer"),
            ("register", "who gets data, where and why; status 1 if something is missing"),
            ("retention", "how long each kind of data is kept"),
        )
    }
    made["open"].add_argument("kind", help="access, erasure, portability, objection, rectification")
    made["open"].add_argument("person", help="her public id, e-mail, phone, customer id or card")
    made["open"].add_argument("--channel", default="email", help="how it came")
    made["open"].add_argument("--proof", default="none", help="how we know that it was she")
    made["close"].add_argument("request", type=UUID)
    made["close"].add_argument("--refused", action="store_true")
    made["close"].add_argument("--answer", default="")
    for one in made.values():
        for flag, kind in _FLAGS:
            one.add_argument(flag, type=kind, default=argparse.SUPPRESS)
    keys = word("keys", "keys:keys", "show, rotate or retire the master key")
    keys.add_argument("action", choices=("show", "rotate", "retire"))
    keys.add_argument(
        "--to", type=Path, help="let the key in this file (made when missing) open the data too"
    )


def _words_of_sending(word: _Word) -> None:
    stop = word("stop", "sending:stop", "hold all marketing at once, also what is in the outbox")
    stop.add_argument("reason", help="why; it is written down")
    stop.add_argument("--everything", action="store_true", help="what is no marketing, too")
    resume = word("resume", "sending:resume", "let messages go again: what is still true")
    resume.add_argument("--drop", action="store_true", help="end what waited instead")
    for one in (stop, resume):
        one.add_argument("--channel", default="", help="this channel only")
        one.add_argument("--brand", default="", help="this brand only")
    why = word("why", "sending:why", "say why a message went, waits or was not sent")
    why.add_argument("message", type=UUID)
    why.add_argument("--json", action="store_true")


def _words_about_access(word: _Word) -> None:
    user = word("user", "users:user", "add, list, reset, disable or enable who may sign in")
    user.add_argument("action", choices=("add", "list", "reset", "disable", "enable"))
    user.add_argument("name", nargs="?", default="", metavar="E-MAIL")
    user.add_argument("--role", action="append", default=[], help="may be repeated")
    user.add_argument(
        "--second-factor", action="store_true", help="reset: also take the second factor away"
    )
    key = word("key", "users:key", "make, list or revoke keys of programs")
    key.add_argument("action", choices=("add", "list", "revoke"))
    key.add_argument("name", nargs="?", default="")
    key.add_argument("--scope", action="append", default=[], help="a right; all without one")
    key.add_argument("--days", type=int, default=0, help="good for so long; 0 is for ever")


def command(place: str) -> Callable[[Config, argparse.Namespace], int]:
    """The function behind a word, written as file:function of `app/`."""
    module, _, name = place.partition(":")
    # house: hidden-import — see docs/decisions/a-process-imports-what-it-runs.md
    home = import_module(f"kervan.app.{module}")
    found: Callable[[Config, argparse.Namespace], int] = getattr(home, name)
    return found
