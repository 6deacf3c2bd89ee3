"""What a platform holds is who is in the segment and agreed, whatever happened on the way there."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery.audiences import book, erase, loop, store
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import register
from kervan.profiles import erase as profiles
from tests.conftest import Urls
from tests.simulators.google_ads.server import Google
from tests.simulators.meta_ads.server import TOKEN, Meta
from tests.unit.delivery.audiences.ground import Ground
from tests.unit.delivery.world import VAULT

_PROGRAM = """
import sys
from kervan.app.ads import Ads
from kervan.kernel import clickhouse, clock, postgres
from tests.unit.delivery.world import VAULT
url, history, workspace = sys.argv[1:]
with postgres.connect(url, workspace=workspace) as conn:
    ads = Ads(VAULT, clickhouse.connect(history, postgres.schema_name(workspace)), "TR")
    while True:
        ads.step(conn, clock.now_ms())
"""


def sha(text: str) -> str:
    """A hash as the platforms know it."""
    return hashlib.sha256(text.encode()).hexdigest()


def on(*emails: str) -> set[tuple[str, str]]:
    """Those who are on an audience of Meta, by their addresses."""
    return {(sha(one), "") for one in emails}


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


def test_only_who_is_in_the_segment_and_agreed_is_put_on(shop: Ground, meta: Meta) -> None:
    a, b, c = shop.people("a@ev.example", "b@ev.example", "c@ev.example")
    [d] = shop.people("d@ev.example", agree=False)
    shop.word("withdrawn", c)
    shop.members(a, c, d)
    shop.settle()
    assert meta.audiences["11"] == on("a@ev.example")
    assert shop.counts() == (1, 0, 0)
    shop.members(a, b, c, d)
    shop.word("granted", d)
    shop.settle()
    assert meta.audiences["11"] == on("a@ev.example", "b@ev.example", "d@ev.example")
    calls = len(meta.calls)
    shop.settle()
    assert len(meta.calls) == calls, "nobody is uploaded again"
    shop.word("withdrawn", a)
    shop.members(a, d)
    shop.settle()
    assert meta.audiences["11"] == on("d@ev.example")


def test_a_refusal_of_every_brand_is_one_of_this_one_too(shop: Ground, meta: Meta) -> None:
    new = store.New("nar", "Nar", "ads", "12", "vip", "nar", shop.transfer)
    store.put(shop.conn, VAULT, new, "me", clock.now())
    a, b = shop.people("a@ev.example", "b@ev.example", agree=False)
    shop.word("granted", a, b, brand="nar")
    shop.word("withdrawn", b)
    shop.members(a, b)
    shop.settle()
    assert meta.audiences == {"11": set(), "12": on("a@ev.example")}


def test_who_takes_it_back_between_making_and_sending_is_never_named(
    shop: Ground, meta: Meta
) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a, b)
    meta.fail("503", "500-after")
    shop.ads.step(shop.conn, clock.to_ms(shop.now))  # makes
    shop.word("withdrawn", a)
    shop.settle()
    assert not meta.audiences["11"], "the first call failed before its work"
    assert shop.one().state == store.FAILING
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert meta.audiences["11"] == on("b@ev.example"), "the second one's answer was lost"
    assert not any(sha("a@ev.example").encode() in call.body for call in meta.calls)
    shop.word("withdrawn", b)
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert not meta.audiences["11"], "what may have gone out is taken off"
    assert shop.counts() == (0, 0, 0)


@pytest.mark.parametrize("fault", ["503", "cut", "500-after"])
def test_a_fault_loses_nobody_and_forgets_no_removal(shop: Ground, meta: Meta, fault: str) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a, b)
    meta.fail(fault)
    shop.settle()
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert meta.audiences["11"] == on("a@ev.example", "b@ev.example")
    shop.members(b)
    meta.fail(fault)
    shop.settle()
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert meta.audiences["11"] == on("b@ev.example")
    assert (shop.one().state, shop.one().problem) == (store.ACTIVE, "")


def test_a_changed_address_is_taken_off_and_the_new_one_put_on(shop: Ground, meta: Meta) -> None:
    [a] = shop.people("a@ev.example")
    shop.members(a)
    shop.settle()
    shop.conn.execute(
        """update profile set traits = '{"first_name": ["ISPARTA", 1, 1]}' where person = %s""",
        (a,),
    )
    calls = len(meta.calls)
    shop.settle()
    assert len(meta.calls) == calls, "once a day"
    shop.ahead += loop.CHECK_EVERY + timedelta(seconds=1)
    shop.settle()
    shop.settle()
    assert [call.method for call in meta.calls[calls:]] == ["DELETE", "POST"]
    assert sha("ısparta").encode() in meta.calls[-1].body, "both readings of her name"
    assert sha("isparta").encode() in meta.calls[-1].body
    assert sha("isparta").encode() not in meta.calls[-2].body, "what was sent is taken off"


@pytest.mark.parametrize(
    ("wrong", "problem"), [("flagged", "flagged_471"), ("token", "token_refused")]
)
def test_what_a_person_must_mend_is_named_and_tried_by_the_hour(
    shop: Ground, meta: Meta, wrong: str, problem: str
) -> None:
    [a] = shop.people("a@ev.example")
    shop.members(a)
    if wrong == "flagged":
        meta.flagged.add("11")
    else:
        meta.token = "another"
    shop.settle()
    assert (shop.one().state, shop.one().problem) == (store.FAILING, problem)
    meta.flagged.clear()
    meta.token = TOKEN
    shop.ahead += timedelta(minutes=50)
    shop.settle()
    assert shop.one().problem == problem
    shop.ahead += timedelta(minutes=15)
    shop.settle()
    assert (shop.one().state, meta.audiences["11"]) == (store.ACTIVE, on("a@ev.example"))


def test_a_throttle_is_waited_for_as_long_as_it_says(shop: Ground, meta: Meta) -> None:
    [a] = shop.people("a@ev.example")
    shop.members(a)
    meta.slow = 1
    shop.settle()
    assert shop.one().problem == "throttled"
    assert shop.one().next_at - shop.now > timedelta(seconds=150), "three minutes"


def test_whom_the_platform_cannot_use_is_left_out_for_a_week(shop: Ground, meta: Meta) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a, b)
    meta.unmatched.add(sha("a@ev.example"))
    shop.settle()
    assert (shop.one().problem, shop.one().refused) == ("invalid_entries", 1)
    assert shop.counts().held == 1
    calls = len(meta.calls)
    shop.settle()
    assert len(meta.calls) == calls
    meta.unmatched.clear()
    shop.ahead += timedelta(days=8)
    shop.settle()
    assert meta.audiences["11"] == on("a@ev.example", "b@ev.example")


@pytest.mark.parametrize("verb", ["POST", "DELETE"])
def test_killed_while_it_speaks_it_forgets_nobody_and_uploads_nobody_again(
    shop: Ground, meta: Meta, engines_urls: Urls, verb: str
) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a, b)
    if verb == "DELETE":
        shop.settle()
        shop.word("withdrawn", a)
    meta.fail("hang", method=verb)
    urls = (engines_urls.postgres, engines_urls.clickhouse, engines_urls.workspace)
    child = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *urls], env={**os.environ, "PYTHONPATH": "src:."}
    )
    try:
        deadline = clock.monotonic() + 60
        while not any(call.method == verb for call in meta.calls):
            assert clock.monotonic() < deadline and child.poll() is None
            clock.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    if verb == "POST":
        shop.word("withdrawn", a)
    shop.settle()
    assert meta.audiences["11"] == on("b@ev.example"), "she may have been there: she was taken off"
    assert shop.counts() == (1, 0, 0)
    calls = len(meta.calls)
    shop.settle()
    assert len(meta.calls) == calls


def test_without_a_registered_transfer_nobody_goes_abroad_and_who_must_go_still_goes(
    shop: Ground, meta: Meta
) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a)
    shop.settle()
    shop.members(a, b)
    shop.restart()
    shop.ads.step(shop.conn, clock.to_ms(shop.now))  # a batch is made: it will wait
    assert shop.counts().coming == 1
    entry = register.processors(shop.conn)[0]
    register.keep(shop.conn, replace(entry, transfer_basis="consent"), clock.now(), "me")
    shop.members(b)
    shop.settle()
    assert not meta.audiences["11"], "taken off, and nobody put on"
    assert shop.one().problem == "transfer_groundless"
    register.keep(shop.conn, entry, clock.now(), "me")
    shop.ahead += timedelta(minutes=6)
    shop.settle()
    assert meta.audiences["11"] == on("b@ev.example")
    assert shop.one().problem == ""


def test_ending_an_audience_takes_everybody_off_first(shop: Ground, meta: Meta) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a, b)
    shop.settle()
    store.end(shop.conn, "vip", clock.now())
    shop.conn.commit()
    shop.settle()
    assert not meta.audiences["11"]
    shop.ahead += loop.CHECK_EVERY + timedelta(seconds=1)
    shop.settle()
    with pytest.raises(KervanError):
        shop.one()


def test_what_somebody_emptied_there_is_filled_again_and_forgets_no_removal(
    shop: Ground, meta: Meta
) -> None:
    a, b = shop.people("a@ev.example", "b@ev.example")
    shop.members(a, b)
    shop.settle()
    meta.audiences["11"] = on("b@ev.example")
    assert book.reconcile(shop.conn, shop.one(), clock.now()) == 2
    shop.word("withdrawn", b)
    shop.settle()
    shop.settle()
    assert meta.audiences["11"] == on("a@ev.example")
    assert shop.counts() == (1, 0, 0)


def test_an_erased_person_is_taken_off_though_her_key_is_gone(shop: Ground, meta: Meta) -> None:
    [a] = shop.people("a@ev.example")
    shop.members(a)
    shop.settle()
    meta.fail("503")
    erase.erase(shop.conn, VAULT, [a], clock.now())
    profiles.erase(shop.conn, [a], [VAULT.blind("email", "a@ev.example")])
    shop.conn.commit()
    shop.settle()
    waiting = erase.of_people(shop.conn, [a])
    assert (waiting.told, waiting.waiting) == (0, 1)
    shop.ahead += timedelta(minutes=5)
    shop.settle()
    assert not meta.audiences["11"]
    assert erase.of_people(shop.conn, [a]) == (1, 0, None, 0)
    assert shop.counts() == (0, 0, 0)


def test_what_a_platform_never_hears_is_given_up_in_the_end(shop: Ground, meta: Meta) -> None:
    [a] = shop.people("a@ev.example")
    shop.members(a)
    shop.settle()
    meta.token = "another"
    erase.erase(shop.conn, VAULT, [a], clock.now())
    profiles.erase(shop.conn, [a], [VAULT.blind("email", "a@ev.example")])
    shop.settle()
    shop.ahead += erase.HELD + timedelta(days=1)
    shop.settle()
    assert erase.of_people(shop.conn, [a]) == (0, 0, None, 1)
    assert shop.counts() == (0, 0, 0)


def test_google_works_off_later_and_says_row_by_row_who_is_wrong(ground: Ground) -> None:
    google = Google()
    with google:
        google.at_once = False
        ground.account(
            "google_ads", service_account=google.account(), account="123-456-7890",
            terms_accepted=True, url=google.url,
        )  # fmt: skip
        ground.audience("501")
        a, b, c = ground.people("a.a+x@gmail.com", "b@ev.example", "c@ev.example")
        ground.members(a, b, c)
        google.bad_places = {1}
        ground.settle()
        assert ground.counts() == (0, 2, 0), "the one who is wrong is left out"
        assert ground.one().told_at is not None
        ground.word("withdrawn", c)
        ground.ahead += timedelta(minutes=2)
        ground.settle()
        assert ground.counts() == (0, 2, 0), "still under way there"
        google.work()
        ground.ahead += timedelta(minutes=2)
        ground.settle()
        google.work()
        ground.ahead += timedelta(minutes=2)
        ground.settle()
        assert google.lists["501"] == {frozenset({sha("aa@gmail.com")})}
        assert ground.counts() == (1, 0, 0)
        google.tokens.clear()  # ended before their time
        google.at_once, google.fail_next = True, "PROCESSING_ERROR_REASON_INTERNAL_ERROR"
        ground.members()
        for _ in range(3):
            ground.ahead += timedelta(minutes=5)
            ground.settle()
        assert not google.lists["501"], "what failed there is said again"
