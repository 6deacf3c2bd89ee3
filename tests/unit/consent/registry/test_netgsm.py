"""Netgsm's words are understood, from fixtures after its public examples ([3rd])."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from kervan.consent.registry.netgsm import FILTERS, Netgsm, Settings
from kervan.consent.registry.port import Entry, Fate, NotAble, NotTaken
from tests.unit.consent.registry.stub import Stub

AT = datetime(2026, 11, 18, 8, 50, tzinfo=UTC)
ENTRY = Entry("+905321112233", "MESAJ", "BIREYSEL", "RET", AT, "HS_WEB")


@pytest.fixture
def stub() -> Iterator[Stub]:
    """The provider."""
    one = Stub("netgsm")
    yield one
    one.close()


@pytest.fixture
def port(stub: Stub) -> Iterator[Netgsm]:
    """An account at it."""
    one = Netgsm(
        Settings(brand_code="55", username="u", password="p", base_url=stub.url, allow_private=True)
    )
    yield one
    one.close()


def test_a_batch_is_handed_over_whole(stub: Stub, port: Netgsm) -> None:
    stub.say("add.json")
    assert [one.fate for one in port.submit([ENTRY])] == [Fate.ASKED_LATER]
    method, path, body = stub.asked[0]
    assert (method, path) == ("POST", "/iys/add")
    assert body["header"] == {"username": "u", "password": "p", "brandCode": "55"}
    assert body["body"]["data"][0]["consentDate"] == "2026-11-18 11:50:00"


def test_bad_entries_are_named_and_the_others_sent_again(stub: Stub, port: Netgsm) -> None:
    stub.say("add_refused.json")
    other = ENTRY._replace(recipient="+905320000000")
    assert [one.fate for one in port.submit([ENTRY, other])] == [Fate.REFUSED, Fate.AGAIN]


def test_a_wrong_password_takes_nothing(stub: Stub, port: Netgsm) -> None:
    stub.say("sign_in_refused.json")
    with pytest.raises(NotTaken, match="code_30"):
        port.submit([ENTRY])


def test_states_are_asked_one_by_one(stub: Stub, port: Netgsm) -> None:
    stub.say("search.json", "search_none.json")
    held = port.check(["+905321112233", "+905320000000"], "MESAJ", "BIREYSEL")
    assert held["+905321112233"][:2] == ("RET", AT)
    assert held["+905320000000"][:2] == ("", None)


def test_what_it_cannot_and_what_its_filter_is_called(port: Netgsm) -> None:
    for call in (port.changes, port.results):
        with pytest.raises(NotAble):
            call("")
    with pytest.raises(NotAble):
        port.day(date(2026, 11, 18))
    assert FILTERS == {"BIREYSEL": "11", "TACIR": "12", "": "0"}
