"""Who fills the bench `membership`: two hundred questions, people, and what they do at a door."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kervan.bench.load import Body
from kervan.bench.segments import TREES
from kervan.kernel import clock, ids
from kervan.segments import tree
from kervan.segments.parse import parse

_CATEGORIES = ("shoes", "shirts", "coats", "bags", "toys", "home", "garden", "books")
_PLACES = {"category", "query"}
_NAMES = (
    ("App Opened", 25),
    ("Product Viewed", 45),
    ("Products Searched", 10),
    ("Product Added", 10),
    ("Usage Reported", 4),
    ("Onboarding Step", 3),
    ("Order Completed", 3),
)
_TEXTS = {
    "App Opened": b'"screen":"home"',
    "Product Viewed": b'"product_id":"p%(n)d","category":"%(category)b","price":%(n)d.5',
    "Products Searched": b'"query":"red %(category)b","results":%(n)d',
    "Product Added": b'"product_id":"p%(n)d","category":"%(category)b","price":%(n)d.5',
    "Usage Reported": b'"used_gb":%(n)d.25,"plan":"S"',
    "Onboarding Step": b'"step":%(step)d,"app":"2.1"',
    "Order Completed": b'"order_id":"%(run)b-%(number)d","total":%(n)d,"currency":"TRY","products":'
    b'[{"product_id":"p%(n)d","category":"%(category)b","price":%(n)d.5,"quantity":1}]',
}


def questions(count: int) -> dict[str, tree.Node]:
    """So many different trees by key: the bench's twelve with other spans, limits, categories."""
    found: dict[str, tree.Node] = {}
    now_ms = clock.now_ms()
    for number in range(count):
        name = list(TREES)[number % len(TREES)]
        turn = number // len(TREES)
        said = _varied(msgspec.json.decode(TREES[name]), turn)
        found[f"{name}-{turn}"] = parse(msgspec.json.encode(said), now_ms)
    return found


def _varied(said: Any, turn: int) -> Any:
    """The same tree for another turn."""
    if isinstance(said, list):
        return [_varied(one, turn) for one in said]
    if not isinstance(said, dict):
        return said
    if said.get("property") in _PLACES:
        test = {**said["test"], "values": [_CATEGORIES[turn % len(_CATEGORIES)]]}
        return {**said, "test": test}
    mine = {name: _varied(value, turn) for name, value in said.items()}
    if "amount" in mine:
        mine["amount"] += turn
    elif mine.get("kind") == "number":
        mine["value"] += turn * (mine["value"] // 10) or turn // 6
    elif mine.get("channel"):
        mine["channel"] = ("email", "sms", "whatsapp", "push")[turn % 4]
    return mine


def introductions(people: int, events: int) -> Body:
    """Bodies that make customers known, `events` in each, with what questions ask of them."""

    def body(number: int) -> bytes:
        first = number * events
        return (
            b'{"batch":['
            + b",".join(
                b'{"type":"identify","messageId":"known-%d","userId":"customer-%07d","traits":{'
                b'"email":"customer-%07d@ornek.test","phone":"+90532%07d","tier":"%b","plan":"S"}}'
                % (i, i, i, i, (b"none", b"silver", b"gold", b"platinum")[i % 4])
                for i in range(first, min(first + events, people))
            )
            + b"]}"
        )

    return body


class Shoppers:
    """Makes bodies in which each who is about does one thing after all others did one.

    So what changes an answer is known, and a turn has as many people to ask as it has events. Who
    is about is strewn over all people: those who come do not lie beside each other on a disk.
    """

    def __init__(self, people: int, about: int, events: int) -> None:
        """`about` of so many `people`, `events` in a body."""
        self._about = about
        self._apart = people // about
        self._events = events
        self._run = ids.secret(9).encode()
        self._random = ids.random(7)
        self._picks = [name for name, weight in _NAMES for _ in range(weight)]

    def body(self, number: int) -> bytes:
        """The `number`-th body; its events name it in their property `body`."""
        first = number * self._events
        events = [self._event(first + i, number) for i in range(self._events)]
        return b'{"batch":[' + b",".join(events) + b"]}"

    def _event(self, number: int, body: int) -> bytes:
        name = self._random.choice(self._picks)
        n = self._random.randrange(1, 900)
        facts: Mapping[bytes, object] = {
            b"n": n, b"category": _CATEGORIES[n % 8].encode(), b"run": self._run,
            b"number": number, b"step": 1 + n % 6,
        }  # fmt: skip
        return (
            b'{"type":"track","event":"%b","messageId":"%b-%d","userId":"customer-%07d",'
            b'"properties":{"body":%d,%b}}'
            % (
                name.encode(), self._run, number, number % self._about * self._apart, body,
                _TEXTS[name] % facts,
            )
        )  # fmt: skip
