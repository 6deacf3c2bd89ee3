"""A pool has one value, and says how many codes it has."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from kervan.commerce.coupons import pools
from kervan.commerce.coupons.pools import Counts, Pool
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.commerce.coupons.filling import AT, fill

_POOL = Pool("autumn", "Autumn", "percent", 10)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"percent": 0}, "percent"),
        ({"percent": 101}, "percent"),
        ({"percent": None}, "percent"),
        ({"amount_minor": 5}, "amount_minor"),
        ({"currency": "TRY"}, "currency"),
        ({"kind": "amount", "percent": None, "amount_minor": 500}, "currency"),
        ({"kind": "amount", "percent": None, "amount_minor": 0, "currency": "TRY"}, "amount_minor"),
        ({"kind": "words", "percent": None}, "words"),
        ({"words": "a\x00"}, "words"),
        ({"most_per_person": 0}, "most_per_person"),
        ({"valid_from": AT, "valid_until": AT.replace(year=2025)}, "valid_until"),
        ({"valid_until": AT.replace(tzinfo=None)}, "valid_until"),
    ],
)
def test_a_pool_that_cannot_be(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(KervanError) as caught:
        pools.check(msgspec.structs.replace(_POOL, **changes))
    assert (caught.value.code, caught.value.params["field"]) == ("commerce.coupon_pool", field)


@pytest.mark.parametrize("key", ["", "Autumn", "1st", "a-b", "a" * 41])
def test_a_key_is_what_templates_can_say(key: str) -> None:
    with pytest.raises(KervanError, match="pool"):
        pools.check(msgspec.structs.replace(_POOL, key=key))


def test_pools_are_kept(postgres: Connection) -> None:
    assert pools.save(postgres, _POOL, AT)
    assert not pools.save(postgres, _POOL, AT)
    changed = msgspec.structs.replace(_POOL, valid_until=AT, brand="kids")
    assert pools.save(postgres, changed, AT)
    fill(postgres, "winter", 3)
    autumn, winter = pools.every(postgres)
    assert autumn.pool == changed and autumn.counts == Counts()
    assert winter.counts == replace(Counts(), free=3)
    told = pools.stock(postgres)
    assert told["autumn"] == pools.Stock("percent", "kids", AT, any_free=False)
    assert told["winter"].any_free
    with pytest.raises(KervanError, match="spring"):
        pools.get(postgres, "spring")
