"""Removals are what must not wait, nor be forgotten: who took her word back is taken off."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.audiences import erase, loop, store
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.simulators.google_ads.server import Google
from tests.simulators.meta_ads.server import TOKEN, Meta
from tests.unit.delivery.audiences.ground import Ground


@pytest.fixture
def meta() -> Iterator[Meta]:
    made = Meta()
    with made:
        yield made


@pytest.fixture
def ground(postgres: Connection, clickhouse: Client) -> Iterator[Ground]:
    made = Ground(postgres, clickhouse)
    yield made
    made.ads.close()


@pytest.fixture
def shop(ground: Ground, meta: Meta) -> Ground:
    """A shop with an audience at Meta."""
    ground.account("meta_ads", access_token=TOKEN, url=meta.url)
    ground.audience("11")
    return ground


def test_who_cannot_be_put_on_stands_before_nobody_who_has_to_go(shop: Ground, meta: Meta) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a)
    shop.settle()
    shop.members(a, b)
    for _ in range(3):
        meta.fail("503", method="POST")
    shop.settle()
    assert shop.one().state == store.FAILING
    shop.word("withdrawn", a)
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert not meta.audiences["11"], "she is taken off, though the other cannot be put on"
    assert shop.counts() == (0, 1, 0)


def test_a_stopped_one_keeps_whom_it_has_but_for_who_took_her_word_back(
    shop: Ground, meta: Meta
) -> None:
    a, b, c = shop.people("a@ev.example", "b@ev.example", "c@ev.example")
    shop.members(a, b)
    shop.settle()
    assert store.stop(shop.conn, shop.one().key)[1]
    assert not store.stop(shop.conn, shop.one().key)[1]
    shop.members(c)
    shop.word("withdrawn", b)
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert (shop.one().state, shop.counts()) == (store.STOPPED, (1, 0, 0))
    assert len(meta.audiences["11"]) == 1, "a stays though she left the segment; c does not come"
    assert store.resume(shop.conn, shop.one().key, shop.now)[1]
    for _ in range(2):  # who has to go goes first
        shop.ahead += timedelta(minutes=5)
        shop.settle()
    assert (shop.one().state, shop.counts()) == (store.ACTIVE, (1, 0, 0))
    assert meta.audiences["11"], "c is on it, a is not"
    store.end(shop.conn, shop.one().key, shop.now)
    with pytest.raises(KervanError, match="is ending"):
        store.stop(shop.conn, shop.one().key)


def test_what_was_made_before_a_stop_waits_for_its_end(shop: Ground, meta: Meta) -> None:
    [a] = shop.people("a@ev.example")
    shop.members(a)
    shop.ads.step(shop.conn, clock.to_ms(shop.now))  # makes
    store.stop(shop.conn, shop.one().key)
    shop.settle()
    assert shop.counts().coming == 1
    assert not meta.audiences.get("11")
    store.resume(shop.conn, shop.one().key, shop.now)
    shop.settle()
    assert shop.counts() == (1, 0, 0)


def test_of_whom_a_platform_never_heard_nothing_is_to_be_taken_back(
    shop: Ground, meta: Meta
) -> None:
    [a] = shop.people("a@ev.example")
    shop.members(a)
    shop.ads.step(shop.conn, clock.to_ms(shop.now))  # makes
    assert shop.counts().coming == 1
    erase.leave(shop.conn, [a], clock.now())
    shop.word("withdrawn", a)
    shop.settle()
    assert not any(
        hashlib.sha256(b"a@ev.example").hexdigest().encode() in call.body for call in meta.calls
    )
    assert erase.of_people(shop.conn, [a]) == (0, 0, None, 0)


def test_a_removal_that_google_never_confirms_is_said_again(ground: Ground) -> None:
    google = Google()
    with google:
        ground.account(
            "google_ads", service_account=google.account(), account="123-456-7890",
            terms_accepted=True, url=google.url,
        )  # fmt: skip
        ground.audience("501")
        [a] = ground.people("a@ev.example")
        ground.members(a)
        ground.settle()
        ground.ahead += timedelta(minutes=2)
        ground.settle()
        assert ground.counts() == (1, 0, 0)
        google.at_once = False
        ground.members()
        ground.settle()
        ground.ahead += loop.LONGEST_PENDING + timedelta(minutes=1)
        ground.settle()  # asks a last time
        ground.settle()
        assert ground.counts().leaving == 1, "nobody said that she is off"
        google.work()
        ground.ahead += timedelta(minutes=2)
        ground.settle()
        assert not google.lists["501"]
        assert ground.counts() == (0, 0, 0)
