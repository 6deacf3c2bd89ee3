"""Looks products up for a batch of messages, and leaves out those that a message could not show."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.commerce.catalogue import history, look
from kervan.commerce.catalogue.products import Product
from kervan.content.links import host_allowed, normal_url
from kervan.content.wants import ELEMENT, PRESENCE
from kervan.kernel import clock, log
from kervan.kernel.postgres import Connection

_log = log.get("content")
_ADDRESSES = ("url", "image")
Tree = Mapping[str, Any]


class Asking(NamedTuple):
    """What one message wants: `wants` is its template's tree under `products`, `hosts` are those
    that an address from data may lead to."""

    person: int
    wants: Tree
    hosts: frozenset[str]


def find(conn: Connection, asking: Collection[Asking]) -> list[dict[str, list[dict[str, object]]]]:
    """What stands under `products` in each of these messages, in their order."""
    kinds = {kind for one in asking for kind in one.wants if kind in look.KINDS}
    if not kinds:
        return [{} for _ in asking]
    try:
        client = history.client(conn)
    except ClickHouseError as error:  # nothing is known then, and each message says its fallback
        _log.warning("history_not_asked", error=type(error).__name__)
        client = None
    people = {one.person for one in asking}
    found = look.look(conn, client, people, kinds, clock.now())
    return [
        {
            kind: [
                _plain(product)
                for product in found[one.person].get(kind, [])
                if _fits(product, _fields(tree), one.hosts)
            ]
            for kind, tree in one.wants.items()
            if kind in look.KINDS
        }
        for one in asking
    ]


def _fields(tree: Tree) -> list[str]:
    """What is read of each product."""
    return [name for name in tree.get(ELEMENT, {}) if name != PRESENCE]


def _fits(product: Product, fields: Collection[str], hosts: frozenset[str]) -> bool:
    """Whether `product` has all that is read of it, and its addresses lead where they may."""
    if any(getattr(product, name, None) in (None, "") for name in fields):
        return False
    for name in _ADDRESSES:
        if (value := getattr(product, name)) and (name in fields or not fields):
            sound = normal_url(value)
            if sound is None or not host_allowed(sound[1], hosts):
                return False
    return True


def _plain(product: Product) -> dict[str, object]:
    return {name: getattr(product, name) for name in Product.__struct_fields__}
