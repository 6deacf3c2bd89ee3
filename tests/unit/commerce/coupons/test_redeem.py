"""A till redeems a code once; the same order may ask again."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from kervan.collect import intake
from kervan.commerce.coupons import redeem, reserve
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.commerce.coupons.filling import AT, counts, fill


def _refused(conn: Connection, code: str, order: str, at: datetime = AT) -> str:
    with pytest.raises(KervanError) as caught:
        redeem.redeem(conn, code, order, at)
    return caught.value.code.removeprefix("commerce.coupon_")


def test_once(postgres: Connection) -> None:
    today = clock.now().date()
    intake.open_days(postgres, [today, today + timedelta(days=1)])
    fill(postgres, valid_until=AT + timedelta(days=1))
    assert _refused(postgres, "autumn-000000", "S-1") == "not_given"
    reserve.reserve(postgres, [reserve.Wanted(UUID(int=1), 7, "autumn")], AT)
    assert _refused(postgres, "autumn-000000", "S-1", AT + timedelta(days=1)) == "expired"
    assert _refused(postgres, "spring", "S-1") == "unknown"
    found, new = redeem.redeem(postgres, " AUTUMN-000000 ", "S-1", AT)
    assert new and (found.state, found.order_id, found.person) == ("redeemed", "S-1", 7)
    assert redeem.redeem(postgres, "autumn-000000", "S-1", AT) == (found, False)
    assert _refused(postgres, "autumn-000000", "S-2") == "redeemed"
    reserve.settle(postgres, [], [UUID(int=1)], AT)  # a receipt that comes late changes nothing
    assert counts(postgres) == (4, 0, 0, 1)
