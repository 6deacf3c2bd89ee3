"""People with names and addresses, made as events make them."""

from typing import Any

from kervan.kernel import clock
from kervan.profiles import store
from kervan.profiles.resolve import resolve
from kervan.profiles.sighting import Reader
from tests.unit.web.visiting import Place


def meet(place: Place, user: str, *, source: int = 1, **traits: Any) -> tuple[int, str]:
    """The number and the public id of a customer who said this of herself."""
    keys, at_ms = place.house.keys, clock.now_ms()
    sighting = Reader(keys, "TR").read(
        at_ms=at_ms,
        source=source,
        trusted=True,
        shared=False,
        user_id=user,
        anonymous_id=None,
        traits=traits,
        person=0,
    )
    with place.house.connection() as conn:
        head = int(resolve(conn, keys, [sighting], at_ms, store.Numbers(conn)).head[0])
        row = conn.execute("select id from profile where person = %s", (head,)).fetchone()
    assert row is not None
    return head, str(row[0])
