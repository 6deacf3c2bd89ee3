"""The kinds of texts that are kept as files: how each is read, applied and written out again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import yaml
from clickhouse_connect.driver.client import Client

from kervan.app.texts import TextNotValid, plain
from kervan.consent import packs
from kervan.content.blocks import definition as block_texts
from kervan.content.blocks import store as blocks
from kervan.content.brand import read as brand_texts
from kervan.content.brand import store as brands
from kervan.content.lint.run import NAMES
from kervan.content.messages import apply as messages
from kervan.content.messages import definition as message_texts
from kervan.content.messages import store as message_store
from kervan.content.messages.problem import MessageNotValid
from kervan.delivery.policy import read as policy_texts
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import decode
from kervan.journeys import apply as journeys
from kervan.journeys import parse
from kervan.journeys import text as texts
from kervan.journeys.approval import texts as approvals
from kervan.journeys.approval.store import Wanted
from kervan.journeys.publish import deeds
from kervan.journeys.publish.carry import Choice
from kervan.journeys.publish.heads import NOBODY
from kervan.journeys.steps.step import Facts
from kervan.journeys.text import Place
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid
from kervan.segments import ask
from kervan.segments.definitions import apply as segments
from kervan.segments.definitions import naming
from kervan.segments.definitions import store as segment_store
from kervan.segments.definitions.resolve import resolve
from kervan.segments.describe import Names
from kervan.segments.problem import SegmentNotValid

KINDS = ("brand", "block", "segment", "policy", "message", "journey")
"""In the order in which they stand on each other."""
BY = "command"
SAME = "same"


@dataclass(frozen=True, slots=True)
class One:
    """A text that was read: its place among the files, and what it wants."""

    path: str
    kind: str
    key: str
    text: str
    wanted: Any
    under: Place

    @property
    def place(self) -> tuple[str, str]:
        """(kind, key): what is live under it is meant."""
        return self.kind, self.key


@dataclass(frozen=True, slots=True)
class Did:
    """What became of a text: new, changed or same, the number of its version, and sentences."""

    change: str
    number: int
    before: int
    said: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What applying needs besides the text."""

    config: Config
    at: datetime
    choice: Choice
    facts: Facts = NOBODY
    """What waits ask about people, for the heads of a plan."""
    history: Client | None = None
    """Where the people of a segment are counted, None to count nobody."""

    @property
    def law(self) -> str | None:
        """The pack of the country."""
        return packs.of_country(self.config.country)

    @property
    def locale(self) -> str:
        """In which language is answered."""
        return self.config.locale


def kind_of(text: str) -> str:
    """The first word of a text, "" for one without. Raises JourneyNotValid."""
    value = texts.read(text).value
    known = (one for one in KINDS if isinstance(value, dict) and one in value)
    return next(known, next(iter(value), "") if isinstance(value, dict) else "")


def read(path: str, text: str, config: Config) -> One:
    """A text as what it wants. Raises JourneyNotValid, TextNotValid, journeys.files_kind (422)."""
    kind = kind_of(text)
    if kind == "journey":
        found = parse.parse(text, config.timezone)
        return One(path, kind, found.header.key, text, found, texts.read(text))
    if kind not in KINDS:
        facts = {"kind": kind[:40] or "–", "known": ", ".join(KINDS)}
        raise KervanError("journeys.files_kind", status=422, **facts)
    root = texts.read(text)
    others = [name for name in root.keys if name != kind]
    if others:
        line, column = root.keys[others[0]]
        facts = {"line": str(line), "column": str(column), "field": others[0][:40], "kind": kind}
        raise KervanError("journeys.files_alone", status=422, **facts)
    under = root.value[kind]
    try:
        wanted = _READ[kind](plain(under))
    except (NotValid, MessageNotValid, SegmentNotValid) as error:
        raise TextNotValid(error, under) from None
    return One(path, kind, wanted.key, text, wanted, under)


_READ: dict[str, Callable[[object], Any]] = {
    "brand": lambda value: brand_texts.read(value, NAMES),
    "block": block_texts.read,
    "segment": lambda value: segments.read(value, clock.now_ms()),
    "policy": policy_texts.read,
    "message": message_texts.read,
}


def apply(conn: Connection, one: One, ground: Ground) -> Did:
    """Make a text live in the caller's transaction; raises what its room raises."""
    try:
        return _APPLY[one.kind](conn, one, ground)
    except SegmentNotValid as error:
        raise TextNotValid(error, one.under.value.get("tree", one.under)) from None
    except (NotValid, MessageNotValid) as error:
        raise TextNotValid(error, one.under) from None


def _brand(conn: Connection, one: One, ground: Ground) -> Did:
    done = brands.apply(conn, one.wanted, ground.at, BY)
    return Did(done.change, done.number, 0, done.say(ground.locale))


def _block(conn: Connection, one: One, ground: Ground) -> Did:
    done = blocks.apply(conn, one.wanted, ground.at, BY)
    return Did(done.change, done.number, 0, done.say(ground.locale))


def _segment(conn: Connection, one: One, ground: Ground) -> Did:
    by = segment_store.Author(BY, ground.at)
    done = segments.apply(conn, one.wanted, by, ground.config.segments_limit)
    names = naming.names(conn, ground.locale)
    count = None
    if ground.history is not None and done.change != SAME and one.wanted.tree is not None:
        known, lists = segment_store.trees(conn), segment_store.lists(conn)
        core = resolve(one.wanted.tree, known, lists, own=one.key)
        count = ask.count(ground.history, core, clock.to_ms(ground.at))
    said = segments.say(done, ground.locale, Names(names.segments, names.topics), count)
    return Did(done.change, done.version, 0, said)


def _policy(conn: Connection, one: One, ground: Ground) -> Did:
    done = policies.apply(conn, one.wanted, BY, ground.at)
    return Did(done.change, done.number, approvals.number_of(done), done.say(ground.locale))


def _message(conn: Connection, one: One, ground: Ground) -> Did:
    done = messages.apply(conn, one.wanted, ground.at, BY, ground.law)
    return Did(done.change, done.number, done.before, done.say(ground.locale))


def _journey(conn: Connection, one: One, ground: Ground) -> Did:
    done = journeys.apply(
        conn, one.text, ground.at, ground.locale, law=ground.law, choice=ground.choice, by=BY,
        zone=ground.config.timezone, facts=ground.facts,
    )  # fmt: skip
    return Did(done.change, done.number, done.before, done.say(ground.locale))


_APPLY: dict[str, Callable[[Connection, One, Ground], Did]] = {
    "brand": _brand, "block": _block, "segment": _segment, "policy": _policy,
    "message": _message, "journey": _journey,
}  # fmt: skip


def proposal(conn: Connection, one: One, did: Did, choice: Choice, zone: str) -> Wanted | None:
    """What a second person may have to approve, None for kinds nobody is asked about."""
    if one.kind == "message":
        return approvals.of_message(one.wanted, did.before)
    if one.kind == "policy":
        return approvals.of_policy(one.wanted, did.before)
    if one.kind == "journey":
        return approvals.of_journey(conn, one.text, did.before, choice, zone)
    return None


def written(one: One) -> str:
    """The text as `live` writes it, so that both can be laid side by side."""
    if one.kind == "journey":
        return one.text
    if one.kind == "segment":
        return _segment_text(one.wanted)
    return dump({one.kind: msgspec.to_builtins(one.wanted)})


def live(conn: Connection) -> dict[tuple[str, str], str]:
    """Everything that is live, as texts: {(kind, key): text}."""
    found: dict[tuple[str, str], str] = {}
    for key, guide in brands.every(conn).items():
        found["brand", key] = dump({"brand": msgspec.to_builtins(guide)})
    for key, block in blocks.live(conn).items():
        found["block", key] = dump({"block": msgspec.to_builtins(block)})
    for segment in segment_store.every(conn):
        if not segment.created_by.startswith(segment_store.JOURNEYS_OWN):
            wanted = segments.Wanted(segment.key, segment.name, segment.tree)
            found["segment", segment.key] = _segment_text(wanted)
    if (current := policies.current(conn)) is not None:
        policy = decode(current[1])
        found["policy", policy.key] = dump({"policy": msgspec.to_builtins(policy)})
    for message in message_store.every(conn):
        found["message", message.key] = dump({"message": msgspec.to_builtins(message.definition)})
    for journey in deeds.every(conn):
        if journey.state != "stopped":
            found["journey", journey.key] = journey.text
    return found


def _segment_text(wanted: segments.Wanted) -> str:
    value: dict[str, Any] = {"key": wanted.key, "name": " ".join(wanted.name.split())}
    if wanted.tree is None:
        value["sort"] = "list"
    else:
        value["tree"] = msgspec.to_builtins(wanted.tree)
    return dump({"segment": value})


class _Dumper(yaml.SafeDumper):
    """Writes what journeys.text reads as the same: blocks for long texts, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Every value is written out."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    if "\n" in value:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|")
    plain_word = value.replace(" ", "").replace("_", "").replace("-", "")
    safe = plain_word.isalpha() and value.lower() not in _WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if safe else '"')


_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_Dumper.add_representer(str, _text)


def dump(value: dict[str, Any]) -> str:
    """Plain data as YAML."""
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000
    )  # fmt: skip
