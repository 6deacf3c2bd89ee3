"""Finds products for people: what each looked at, has in her basket, and might want next.

For many people at once: one question to history, and three to PostgreSQL, however many they are.
What somebody did before she said who she is does not count here.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.commerce.catalogue import products
from kervan.commerce.catalogue.products import Product
from kervan.kernel import log, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "look.sql")
_log = log.get("catalogue")
VIEWED, BASKET, BESTSELLERS, RECOMMENDED = "viewed", "basket", "bestsellers", "recommended"
KINDS = (VIEWED, BASKET, BESTSELLERS, RECOMMENDED)
DAYS, BASKET_DAYS = 90, 30
MOST = 20
_MOST_EVENTS = 500
_SEEDS = 5
_LOOKED = ("Product Viewed", "Product Clicked")
_ADDED, _REMOVED, _ORDERED = "Product Added", "Product Removed", "Order Completed"


@dataclass(slots=True)
class Doings:
    """What one person did with products, by id: the last looked at first, the basket as it is."""

    viewed: list[str] = field(default_factory=list)
    basket: dict[str, int] = field(default_factory=dict)
    bought: set[str] = field(default_factory=set)

    def seeds(self) -> list[str]:
        """What to go by when something else is to be recommended to her."""
        return [*dict.fromkeys([*self.basket, *self.viewed])][:_SEEDS]


Found = dict[int, dict[str, list[Product]]]


def look(
    conn: Connection,
    history: Client | None,
    people: Collection[int],
    kinds: Collection[str],
    at: datetime,
) -> Found:
    """{head: {kind: products, the best first}}; a list is empty where there is nothing.

    When history does not answer, nothing is known of what people did.
    """
    done = _doings(conn, history, people, at) if history is not None else {}
    did = {person: done.get(person, Doings()) for person in people}
    known = products.get(
        conn, {one for each in did.values() for one in [*each.viewed, *each.basket]}
    )
    others: dict[int, dict[str, list[str]]] = {}
    if BESTSELLERS in kinds:
        sellers = _sellers(conn, did, known)
        for person, ids in sellers.items():
            others.setdefault(person, {})[BESTSELLERS] = ids
    if RECOMMENDED in kinds:
        for person, ids in _recommended(conn, did).items():
            others.setdefault(person, {})[RECOMMENDED] = ids
    wanted = {one for lists in others.values() for ids in lists.values() for one in ids}
    known |= products.get(conn, wanted - known.keys())
    return {
        person: {
            VIEWED: _known(each.viewed, known),
            BASKET: _known(each.basket, known),
            **{
                kind: [one for one in _known(ids, known) if one.available]
                for kind, ids in others.get(person, {}).items()
            },
        }
        for person, each in did.items()
    }


def _known(ids: Iterable[str], known: dict[str, Product]) -> list[Product]:
    return [known[one] for one in ids if one in known][:MOST]


def _doings(
    conn: Connection, history: Client, people: Collection[int], at: datetime
) -> dict[int, Doings]:
    rows = conn.execute(_SQL.atoms, {"heads": [*people]}).fetchall()
    heads = {int(atom): int(head) for atom, head in rows}
    asked = {
        "atoms": [*heads], "names": [*_LOOKED, _ADDED, _REMOVED, _ORDERED],
        "since": f"{at - timedelta(days=DAYS):%Y-%m-%d %H:%M:%S}", "most": _MOST_EVENTS,
    }  # fmt: skip
    try:
        told = history.query(_SQL.doings, asked).result_rows if heads else []
    except ClickHouseError as error:
        _log.warning("history_not_asked", error=type(error).__name__)
        return {}
    by_head: dict[int, list[tuple[int, str, list[str], int]]] = defaultdict(list)
    for atom, at_ms, name, ids, quantity in told:
        by_head[heads[int(atom)]].append((int(at_ms), str(name), [*ids], int(quantity)))
    since_ms = (at - timedelta(days=BASKET_DAYS)).timestamp() * 1000
    return {head: _told(sorted(events), since_ms) for head, events in by_head.items()}


def _told(events: list[tuple[int, str, list[str], int]], basket_since_ms: float) -> Doings:
    """What somebody did, of her events in the order of their time."""
    viewed: dict[str, None] = {}
    found = Doings()
    for at_ms, name, ids, quantity in events:
        for one in ids:
            if name in _LOOKED:
                viewed.pop(one, None)
                viewed[one] = None
            elif name == _ADDED and at_ms >= basket_since_ms:
                found.basket[one] = found.basket.get(one, 0) + quantity
            elif name == _REMOVED and found.basket.get(one, 0) > quantity:
                found.basket[one] -= quantity
            elif name == _REMOVED:
                found.basket.pop(one, None)
            elif name == _ORDERED:
                found.bought.add(one)
        if name == _ORDERED:
            found.basket.clear()
    found.viewed = [*reversed(viewed)]
    return found


def _sellers(
    conn: Connection, did: dict[int, Doings], known: dict[str, Product]
) -> dict[int, list[str]]:
    """The best sellers in the category of what she looked at last, else of all."""
    category = {
        person: next(
            (known[one].category for one in [*each.viewed, *each.basket]
             if one in known and known[one].category),
            "",
        )
        for person, each in did.items()
    }  # fmt: skip
    values = {"categories": sorted({"", *category.values()})}
    sold: dict[str, list[str]] = defaultdict(list)
    for name, product in conn.execute(_SQL.sellers, values).fetchall():
        sold[name].append(product)
    return {person: sold[name] or sold[""] for person, name in category.items()}


def _recommended(conn: Connection, did: dict[int, Doings]) -> dict[int, list[str]]:
    """What others bought with what she looks at, without what she has."""
    seeds = {one for each in did.values() for one in each.seeds()}
    together: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for product, other, orders in conn.execute(_SQL.together, {"ids": [*seeds]}).fetchall():
        together[product].append((other, orders))
    found = {}
    for person, each in did.items():
        score: Counter[str] = Counter()
        for seed in each.seeds():
            for other, orders in together[seed]:
                score[other] += orders
        has = {*each.basket, *each.bought, *each.seeds()}
        ranked = sorted(score.items(), key=lambda item: (-item[1], item[0]))
        found[person] = [one for one, _ in ranked if one not in has][:MOST]
    return found
