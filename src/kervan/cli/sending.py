"""The words about messages: accounts, budgets, what goes out and why."""

from datetime import date
from pathlib import Path
from uuid import UUID

from kervan.cli.word import Word


def words(word: Word) -> None:
    """Add them."""
    _words_of_sending(word)
    _words_of_channels(word)
    _words_of_broadcasts(word)
    _words_of_audiences(word)


def _words_of_sending(word: Word) -> None:
    stop = word("stop", "sending:stop", "hold all marketing at once, also what is in the outbox")
    stop.add_argument("reason", help="why; it is written down")
    stop.add_argument("--everything", action="store_true", help="what is no marketing, too")
    resume = word("resume", "sending:resume", "let messages go again: what is still true")
    resume.add_argument("--drop", action="store_true", help="end what waited instead")
    resume.add_argument("--domain", default="", help="mail to this group of domains only")
    for one in (stop, resume):
        one.add_argument("--channel", default="", help="this channel only")
        one.add_argument("--brand", default="", help="this brand only")
        one.add_argument("--journey", default="", help="this journey only")
    mail = word("mail", "mail:mail", "how our mail stands with its receivers; its limits")
    mail.add_argument("action", choices=("show", "rules"))
    mail.add_argument("file", nargs="?", type=Path, help="rules: put this JSON into force")
    text = "say why a message went or not, or somebody is in a journey or never entered it"
    why = word("why", "why:why", text)
    why.add_argument("subject", metavar="MESSAGE|JOURNEY", help="a message's id, a journey's key")
    why.add_argument("person", nargs="?", default="", help="her public id, e-mail, phone or card")
    why.add_argument("--language", choices=("tr", "az", "en"), help="instead of the workspace's")
    why.add_argument("--json", action="store_true")
    seed = word("seed", "seeds:seed", "addresses of our own people that test messages may go to")
    seed.add_argument("action", choices=("add", "list", "remove"))
    seed.add_argument("channel", nargs="?", default="", help="add: email, sms ...; remove: a name")
    seed.add_argument("name", nargs="?", default="")
    seed.add_argument("address", nargs="?", default="")
    test = word(
        "test-send", "seeds:test_send", "send a message to seeds as one person would get it"
    )
    test.add_argument("key")
    test.add_argument("--to", default="seeds", help="seeds, or one of them by name or address")
    test.add_argument("--as", dest="person", type=UUID, required=True, help="her public id")
    spend = word("spend", "spending:spend", "how full the ceilings are, and who spent what")
    spend.add_argument("--since", type=date.fromisoformat, help="first day; else the month's")
    spend.add_argument("--until", type=date.fromisoformat, help="last day; else today")
    spend.add_argument("--json", action="store_true")


def _words_of_channels(word: Word) -> None:
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


def _words_of_broadcasts(word: Word) -> None:
    one = word("broadcast", "broadcasts:broadcast", "one message to a segment: start, stop, show")
    one.add_argument(
        "action", choices=("list", "show", "count", "start", "stop", "resume", "cancel")
    )
    one.add_argument("key", nargs="?", default="", help="not for list")
    one.add_argument("--reason", default="", help="stop: why; it is written down")
    one.add_argument("--drop", action="store_true", help="resume: end what waited instead")
    one.add_argument("--json", action="store_true")


def _words_of_audiences(word: Word) -> None:
    one = word("audience", "audiences:audience", "segments as audiences on advertising platforms")
    actions = ("list", "put", "end", "reconcile", "orders", "end-orders")
    one.add_argument("action", choices=actions)
    one.add_argument("key", nargs="?", default="", help="not for list")
    one.add_argument("--account", default="", help="a channel account of meta_ads or google_ads")
    one.add_argument("--target", default="", help="the platform's id: audience, data set, action")
    one.add_argument("--segment", default="", help="put: whose members are on it")
    one.add_argument("--name", default="")
    one.add_argument("--brand", default="", help="ask for this brand's consent")
    one.add_argument("--transfer", type=UUID, help="the entry of the register of processing")
    one.add_argument("--json", action="store_true")
