"""Google's Data Manager API against its documented rules."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kervan.delivery.channels.ads.google_ads import GoogleAds, Settings
from kervan.delivery.channels.ads.platform import Fact, Order, Platform, Reply, Someone
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from tests.simulators.google_ads.server import Google


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


AYSE = Someone("Ay.se+shop@gmail.com", "+905321112233", "Ayşe", "İNCE", "34710", "TR")


@pytest.fixture
def google() -> Iterator[Google]:
    made = Google()
    with made:
        yield made


def ask(google: Google, verb: str, target: str = "501", *, terms: bool = True) -> list[Reply]:
    """One call and the question what became of it, as a process of its own."""

    async def run() -> list[Reply]:
        client = Client(Reach.ANYWHERE, timeout_seconds=5)
        try:
            mine = GoogleAds(
                Settings(
                    service_account=google.account(), account="123-456-7890", login_account="99",
                    terms_accepted=terms, url=google.url,
                ),
                client,
            )  # fmt: skip
            assert isinstance(mine, Platform)
            prints = mine.prints(AYSE)
            if verb == "tell":
                at = datetime(2026, 11, 20, 10, tzinfo=UTC)
                said = await mine.tell(target, [Order("o-1", at, "12.90", "TRY", prints)])
            else:
                act = mine.add if verb == "add" else mine.remove
                said = await act(target, [prints], 1)
            return [said, await mine.ask(said.reference)] if said.reference else [said]
        finally:
            await client.close()

    return asyncio.run(run())


def test_somebody_is_put_on_and_taken_off_by_the_same_hashes(google: Google) -> None:
    [said, became] = ask(google, "add")
    assert (said.fact, became.fact) == (Fact.PENDING, Fact.TAKEN)
    assert google.lists["501"] == {frozenset({sha("ayse@gmail.com"), sha("+905321112233")})}
    body = google.calls[1].body
    assert sha("ince").encode() in body and sha("i̇nce").encode() in body
    assert b'"regionCode":"TR","postalCode":"34710"' in body
    ask(google, "remove")
    assert not google.lists["501"]


def test_a_name_goes_only_with_a_postal_code(google: Google) -> None:
    bare = Someone(AYSE.email, "", "Ayşe", "İnce", "", "TR")
    assert GoogleAds.prints(GoogleAds.__new__(GoogleAds), bare) == [["e", sha("ayse@gmail.com")]]


@pytest.mark.parametrize(
    ("state", "fact", "code"),
    [
        ("elsewhere", Fact.BLOCKED, "permission_denied"),
        ("quota", Fact.AGAIN, "throttled"),
        ("row", Fact.AGAIN, "invalid_argument"),
        ("html", Fact.AGAIN, "token_unanswered"),
        ("cut", Fact.AGAIN, "unanswered"),
    ],
)
def test_what_each_answer_means(google: Google, state: str, fact: Fact, code: str) -> None:
    google.quota = int(state == "quota")
    if state == "row":
        google.bad_places = {0}
    elif state in ("html", "cut"):
        google.fail(state)
    [said] = ask(google, "add", "999" if state == "elsewhere" else "501")
    assert (said.fact, said.code) == (fact, code)
    assert said.refused == ((0,) if state == "row" else ())
    assert said.wait_seconds >= (60 if state == "quota" else 0)


def test_what_failed_there_is_to_be_said_again_and_what_counted_before_is_not(
    google: Google,
) -> None:
    google.fail_next = "PROCESSING_ERROR_REASON_INTERNAL_ERROR"
    [_, became] = ask(google, "add")
    assert became == Reply(Fact.AGAIN, "processing_error_reason_internal_error")
    google.actions["900"].add("o-1")
    [_, became] = ask(google, "tell", "900")
    assert became == Reply(Fact.TAKEN)


def test_without_the_terms_nothing_is_sent(google: Google) -> None:
    with pytest.raises(KervanError):
        ask(google, "add", terms=False)
