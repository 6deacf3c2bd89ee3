"""A notice says what the run carries, sealed, until it is taken; who is gone is told of nobody."""

from collections.abc import Iterator

import pytest

from kervan.journeys.effects import found, notices
from kervan.journeys.steps.notify import Notify
from kervan.kernel.postgres import Connection
from tests.unit.journeys.effects import doing
from tests.unit.journeys.shop import VAULT

_STEP = Notify(
    to=["ece@shop.example"], role="agent", subject="VIP:\n{{ event.plan }}", text="{{ event.n }} ₺"
)


@pytest.fixture
def known() -> Iterator[None]:
    mine = notices.Known(frozenset({"ece@shop.example"}), frozenset({"agent"}))
    notices.colleagues.append(lambda _: mine)
    yield
    notices.colleagues.pop()


def test_a_notice_is_kept_sealed_until_it_is_done(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    some = doing.passing(_STEP, [1, 2], context={"event": {"plan": "gold", "n": 7}})
    some.context[1] = b"{}"
    doing.do(postgres, some)
    assert doing.failures(postgres) == [(2, "content.missing_value")]
    [sealed] = postgres.execute("select sealed from journey_notice").fetchall()
    assert b"gold" not in bytes(sealed[0])
    [one] = notices.waiting(postgres, VAULT)
    assert (one.words, one.receivers, one.role) == (
        notices.Words("VIP: gold", "7 ₺"), ["ece@shop.example"], "agent",
    )  # fmt: skip
    assert (one.person, one.whence.journey, one.whence.step) == (1, "welcome", "here")
    notices.done(postgres, [one.key])
    assert notices.waiting(postgres, VAULT) == []


def test_of_somebody_who_is_gone_nobody_is_told(postgres: Connection) -> None:
    doing.begin(postgres, [1])
    step = Notify(to=["ece@shop.example"], subject="x")
    doing.do(postgres, doing.passing(step, [1]))
    postgres.execute("delete from profile")
    assert notices.waiting(postgres, VAULT) == []
    assert postgres.execute("select count(*) from journey_notice").fetchone() == (0,)


def test_users_and_roles_must_be_there(postgres: Connection, known: None) -> None:
    assert not found.problems(postgres, _STEP)
    step = Notify(to=["Ece@shop.example", "eve@shop.example"], role="boss", subject="{{ a. }}")
    assert [place for place, _, _ in found.problems(postgres, step)] == ["subject", "to", "role"]
