"""İleti Merkezi's words are understood, from fixtures after its public pages ([3rd])."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from kervan.consent.registry.iletimerkezi import IletiMerkezi, Settings
from kervan.consent.registry.port import Entry, Fate, InDoubt, NotAble, NotTaken
from tests.unit.consent.registry.stub import Stub

AT = datetime(2026, 11, 18, 8, 50, tzinfo=UTC)
ENTRY = Entry("+905321112233", "MESAJ", "BIREYSEL", "ONAY", AT, "HS_WEB")


@pytest.fixture
def stub() -> Iterator[Stub]:
    """The provider."""
    one = Stub("iletimerkezi")
    yield one
    one.close()


@pytest.fixture
def port(stub: Stub) -> Iterator[IletiMerkezi]:
    """An account at it."""
    one = IletiMerkezi(
        Settings(brand_code=1234, key="K", hash="H", base_url=stub.url, allow_private=True)
    )
    yield one
    one.close()


def test_a_batch_is_handed_over_whole(stub: Stub, port: IletiMerkezi) -> None:
    stub.say("create.json")
    answers = port.submit([ENTRY, ENTRY._replace(recipient="a@shop.example", type="EPOSTA")])
    assert {one.fate for one in answers} == {Fate.ASKED_LATER}
    method, path, body = stub.asked[0]
    assert (method, path) == ("POST", "/v1/consent/create/json")
    assert body["request"]["authentication"] == {"key": "K", "hash": "H"}
    assert body["request"]["consent"]["brandCode"] == 1234
    assert body["request"]["consent"]["list"][0] == {
        "recipient": "+905321112233", "type": "MESAJ", "recipientType": "BIREYSEL",
        "status": "ONAY", "consentDate": "2026-11-18 11:50:00", "source": "HS_WEB",
    }  # fmt: skip
    assert port.limits.entries == 5_000


def test_a_refused_batch_is_cut_until_the_bad_one_stands_alone(
    stub: Stub, port: IletiMerkezi
) -> None:
    stub.say("create_refused.json", "create_refused.json", status=422)
    with pytest.raises(NotTaken, match="batch_422"):
        port.submit([ENTRY, ENTRY])
    assert [one.fate for one in port.submit([ENTRY])] == [Fate.REFUSED]


def test_a_wrong_key_takes_nothing(stub: Stub, port: IletiMerkezi) -> None:
    stub.say("sign_in_refused.json")
    with pytest.raises(NotTaken, match="code_401"):
        port.submit([ENTRY])


def test_states_are_asked_one_by_one(stub: Stub, port: IletiMerkezi) -> None:
    stub.say("show.json", "show_none.json")
    held = port.check(["+905321112233", "+905320000000"], "MESAJ", "BIREYSEL")
    assert held["+905321112233"][:2] == ("ONAY", AT)
    assert held["+905320000000"][:2] == ("", None)
    stub.say("<html>")
    with pytest.raises(InDoubt):
        port.check(["+905321112233"], "MESAJ", "BIREYSEL")


def test_what_it_cannot(port: IletiMerkezi) -> None:
    for call in (port.changes, port.results):
        with pytest.raises(NotAble):
            call("")
    with pytest.raises(NotAble):
        port.day(date(2026, 11, 18))
