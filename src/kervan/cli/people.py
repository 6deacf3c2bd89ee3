"""The words about people and the law: access, privacy, consent, the registry, who speaks."""

from pathlib import Path
from uuid import UUID

from kervan.cli.word import Word, flags


def words(word: Word) -> None:
    """Add them."""
    _words_about_access(word)
    _words_of_privacy(word)
    _words_of_consent(word)
    _words_of_the_registry(word)
    _words_of_the_company(word)


def _words_about_access(word: Word) -> None:
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


def _words_of_privacy(word: Word) -> None:
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
        flags(one)
    keys = word("keys", "keys:keys", "show, rotate or retire the master key")
    keys.add_argument("action", choices=("show", "rotate", "retire"))
    keys.add_argument(
        "--to", type=Path, help="let the key in this file (made when missing) open the data too"
    )


def _words_of_consent(word: Word) -> None:
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
        flags(one)


def _words_of_the_registry(word: Word) -> None:
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
        flags(one)


def _words_of_the_company(word: Word) -> None:
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
        flags(one)
