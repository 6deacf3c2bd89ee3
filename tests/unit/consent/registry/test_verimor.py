"""Verimor's words are understood, from fixtures after its public user guide ([3rd])."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from kervan.consent.registry.port import Entry, Fate, InDoubt, NotAble, NotTaken
from kervan.consent.registry.verimor import Settings, Verimor
from tests.unit.consent.registry.stub import Stub

AT = datetime(2026, 11, 18, 8, 50, tzinfo=UTC)
ENTRY = Entry("+905321112233", "MESAJ", "BIREYSEL", "ONAY", AT, "HS_WEB")


@pytest.fixture
def stub() -> Iterator[Stub]:
    """The provider."""
    one = Stub("verimor")
    yield one
    one.close()


@pytest.fixture
def port(stub: Stub) -> Iterator[Verimor]:
    """An account at it."""
    one = Verimor(
        Settings(
            username="u", password="p", source_addr="SHOP", base_url=stub.url, allow_private=True
        )
    )
    yield one
    one.close()


def test_a_batch_becomes_a_campaign(stub: Stub, port: Verimor) -> None:
    stub.say("consents.txt")
    answers = port.submit([ENTRY, ENTRY])
    assert {(one.fate, one.transaction) for one in answers} == {(Fate.DONE, "20212")}
    method, path, body = stub.asked[0]
    assert (method, path) == ("POST", "/v2/iys_consents.json")
    assert body["source_addr"] == "SHOP"
    assert body["consents"][0] == {
        "type": "MESAJ", "source": "HS_WEB", "status": "ONAY", "recipient_type": "BIREYSEL",
        "consent_date": "2026-11-18 11:50:00", "recipient": "905321112233",
    }  # fmt: skip
    assert port.limits.recipients == 0


def test_refused_failed_and_odd(stub: Stub, port: Verimor) -> None:
    stub.say("INVALID", "INVALID", status=400)
    assert [one.fate for one in port.submit([ENTRY])] == [Fate.REFUSED]
    with pytest.raises(NotTaken, match="batch_400"):
        port.submit([ENTRY, ENTRY])
    stub.say("", status=429)
    with pytest.raises(NotTaken):
        port.submit([ENTRY])
    stub.say("OK?")
    with pytest.raises(InDoubt):
        port.submit([ENTRY])


def test_the_campaigns_are_read_behind_the_last_one(stub: Stub, port: Verimor) -> None:
    stub.say("campaigns.json", "campaign.json")
    page = port.changes("")
    assert (page.after, page.more) == ("1234", True)
    assert [(one.recipient, one.status, one.source) for one in page.moved] == [
        ("+905321112233", "RET", "IYS_WEB"),
        ("ayse@shop.example", "ONAY", "HS_WEB"),
    ]
    assert page.moved[0].at == datetime(2026, 11, 16, 19, 14, tzinfo=UTC)
    stub.say("campaigns.json")
    assert port.changes("1235") == ([], "1235", False)


def test_what_it_cannot(port: Verimor) -> None:
    with pytest.raises(NotAble):
        port.check(["+905321112233"], "MESAJ", "BIREYSEL")
    with pytest.raises(NotAble):
        port.results("1")
    with pytest.raises(NotAble):
        port.day(date(2026, 11, 18))
