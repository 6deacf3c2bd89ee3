"""Meta's API against its documented rules: what is sent, and what each answer means."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kervan.delivery.channels.ads.meta_ads import MetaAds, Settings
from kervan.delivery.channels.ads.platform import Fact, Order, Platform, Reply, Someone
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from tests.simulators.meta_ads.server import APP_SECRET, TOKEN, Meta


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


AYSE = Someone("Ayse@ev.example", "+905321112233", "Ayşe", "İNCE")
WHO = (sha("ayse@ev.example"), sha("905321112233"))


@pytest.fixture
def meta() -> Iterator[Meta]:
    made = Meta(proved=True)
    with made:
        yield made


def settings(meta: Meta, **more: str) -> Settings:
    return Settings(access_token=TOKEN, app_secret=APP_SECRET, url=meta.url, **more)


def ask(meta: Meta, verb: str, *people: Someone, target: str = "11", **more: str) -> Reply:
    """One call, as a process of its own."""

    async def run() -> Reply:
        client = Client(Reach.ANYWHERE, timeout_seconds=5)
        try:
            mine = MetaAds(settings(meta, **more), client)
            assert isinstance(mine, Platform)
            if verb == "look":
                return await mine.look(target)
            if verb == "tell":
                at = datetime.now(UTC).replace(microsecond=0)
                order = Order("o-1", at, "12.90", "TRY", mine.prints(AYSE))
                return await mine.tell(target, [order])
            act = mine.add if verb == "add" else mine.remove
            return await act(target, [mine.prints(one) for one in people], 5)
        finally:
            await client.close()

    return asyncio.run(run())


def test_somebody_is_put_on_with_both_readings_of_her_name_and_taken_off(meta: Meta) -> None:
    assert ask(meta, "add", AYSE) == Reply(Fact.TAKEN)
    assert meta.audiences["11"] == {WHO}
    for reading in ("ince", "i̇nce"):
        assert sha(reading).encode() in meta.calls[0].body
    assert b"ayse" not in meta.calls[0].body.lower(), "nothing goes in the clear"
    assert ask(meta, "remove", AYSE) == Reply(Fact.TAKEN)
    assert not meta.audiences["11"]
    assert meta.calls[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in meta.calls[0].target


def test_who_has_neither_address_nor_phone_cannot_be_matched(meta: Meta) -> None:
    nobody = MetaAds.prints(MetaAds.__new__(MetaAds), Someone(first_name="Ayşe"))
    assert nobody == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("flagged", Reply(Fact.BLOCKED, "flagged_471")),
        ("token", Reply(Fact.BLOCKED, "token_refused")),
        ("slow", Reply(Fact.AGAIN, "throttled", wait_seconds=180.0)),
        ("elsewhere", Reply(Fact.BLOCKED, "graph_100_33")),
        ("429-seconds", Reply(Fact.AGAIN, "http_429", wait_seconds=7.0)),
        ("503", Reply(Fact.AGAIN, "http_503", wait_seconds=5.0)),
        ("html", Reply(Fact.AGAIN, "answer_unreadable")),
        ("empty-after", Reply(Fact.AGAIN, "answer_unreadable")),
        ("cut", Reply(Fact.AGAIN, "unanswered")),
        ("302", Reply(Fact.AGAIN, "http_302")),
    ],
)
def test_what_each_answer_means(meta: Meta, state: str, expected: Reply) -> None:
    if state == "flagged":
        meta.flagged.add("11")
    elif state == "token":
        meta.token = "another"
    elif state == "slow":
        meta.slow = 1
    elif state != "elsewhere":
        meta.fail(state)
    target = "99" if state == "elsewhere" else "11"
    assert ask(meta, "add", AYSE, target=target) == expected


def test_a_look_finds_a_flagged_audience(meta: Meta) -> None:
    assert ask(meta, "look") == Reply(Fact.TAKEN)
    meta.flagged.add("11")
    assert ask(meta, "look") == Reply(Fact.BLOCKED, "flagged_471")


def test_an_order_is_told_and_an_old_one_fails_the_whole_call(meta: Meta) -> None:
    assert ask(meta, "tell", target="77") == Reply(Fact.TAKEN)
    assert set(meta.datasets["77"]) == {("Purchase", "o-1")}
    meta.now = lambda: clock.now().timestamp() + 8 * 86_400
    assert ask(meta, "tell", target="77") == Reply(Fact.REFUSED, "graph_100_2804003")


def test_settings_that_cannot_work_are_refused(meta: Meta) -> None:
    for wrong in (Settings(access_token=" "), Settings(access_token="x", version="25")):
        with pytest.raises(KervanError):
            asyncio.run(opened(wrong))


async def opened(wrong: Settings) -> None:
    """Open it, with a client of this loop."""
    client = Client(Reach.ANYWHERE)
    try:
        MetaAds(wrong, client)
    finally:
        await client.close()
