"""The registry's own interface, spoken to the strict simulator over a real socket."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec
import pytest

from kervan.consent.registry import port
from kervan.consent.registry.direct import Direct, Settings
from kervan.consent.registry.port import NOTHING, Entry, Fate, InDoubt, NotTaken
from kervan.kernel.errors import KervanError
from tests.simulators.iys.registry import Registry
from tests.simulators.iys.server import Simulator
from tests.unit.consent.registry.world import NOON, settings

AYSE = "+905321112233"
ENTRY = Entry(AYSE, "MESAJ", "BIREYSEL", "ONAY", NOON - timedelta(minutes=9), "HS_WEB")
OTHER = ENTRY._replace(recipient="+905320000001")


class Clock:
    """The registry's clock."""

    at = NOON

    def __call__(self) -> datetime:
        """What it shows."""
        return self.at


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The registry."""
    with Simulator(Registry(now=Clock())) as one:
        yield one


@pytest.fixture
def direct(simulator: Simulator) -> Iterator[Direct]:
    """An account at it."""
    one = Direct(msgspec.convert(settings(simulator.url, timeout_seconds=0.4), Settings))
    yield one
    one.close()


def test_one_is_answered_at_once(direct: Direct) -> None:
    assert direct.submit([ENTRY])[0].fate is Fate.DONE
    answer = direct.submit([ENTRY])[0]
    assert answer.fate is Fate.REFUSED
    assert answer.code.startswith("H")


def test_several_are_answered_later(direct: Direct) -> None:
    answers = direct.submit([ENTRY, OTHER._replace(status="RET")])
    assert {one.fate for one in answers} == {Fate.PENDING}
    request = answers[0].request
    assert {one.fate for one in direct.results(request).values()} == {Fate.PENDING}
    told = direct.results(request)
    assert [told[one.part].fate for one in answers] == [Fate.DONE, Fate.REFUSED]
    with pytest.raises(InDoubt, match="request_unknown"):
        direct.results("nobody-knows")


def test_a_malformed_one_sends_the_others_again(direct: Direct) -> None:
    answers = direct.submit([ENTRY, OTHER._replace(recipient="nobody")])
    assert [one.fate for one in answers] == [Fate.AGAIN, Fate.REFUSED]


def test_states_alone_and_together(direct: Direct) -> None:
    direct.submit([ENTRY])
    assert direct.check([AYSE], "MESAJ", "BIREYSEL") == {AYSE: ("ONAY", ENTRY.at, "HS_WEB")}
    held = direct.check([AYSE, "+905320000001"], "MESAJ", "BIREYSEL")
    assert held == {AYSE: ("ONAY", ENTRY.at, "HS_WEB"), "+905320000001": NOTHING}
    assert direct.check(["+905320000001"], "MESAJ", "BIREYSEL")["+905320000001"] == NOTHING


def test_a_wrong_brand_is_not_read_as_no_record(simulator: Simulator) -> None:
    wrong = Direct(msgspec.convert(settings(simulator.url, brand_code=7), Settings))
    with pytest.raises(NotTaken, match="brandCode"):
        wrong.check([AYSE], "MESAJ", "BIREYSEL")
    wrong.close()


def test_changes_by_cursor_and_days_by_file(simulator: Simulator, direct: Direct) -> None:
    clock = simulator.registry.now
    assert isinstance(clock, Clock)
    simulator.registry.citizen(AYSE, "MESAJ", "RET", "IYS_MOBIL")
    clock.at += timedelta(days=1)
    page = direct.changes("")
    assert [(one.recipient, one.status, one.source) for one in page.moved] == [
        (AYSE, "RET", "IYS_MOBIL")
    ]
    assert direct.changes(page.after).moved == []
    assert direct.day(date(2026, 11, 18)) == page.moved
    assert direct.day(date(2026, 11, 1)) == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [("500", InDoubt), ("500-after", InDoubt), ("half", InDoubt), ("cut", InDoubt),
     ("hang", InDoubt), ("nonsense", InDoubt), ("429", NotTaken), ("503", NotTaken)],
)  # fmt: skip
def test_each_outage_by_what_is_certain(
    simulator: Simulator, direct: Direct, kind: str, error: type[Exception]
) -> None:
    direct.check([AYSE], "MESAJ", "BIREYSEL")
    simulator.fail(kind)
    with pytest.raises(error):
        direct.submit([ENTRY])


def test_a_token_that_ends_is_asked_for_again(simulator: Simulator) -> None:
    now = [0.0]
    made = msgspec.convert(settings(simulator.url), Settings)
    direct = Direct(made, lambda: now[0])
    direct.submit([ENTRY])
    simulator.fail("401")
    direct.check([AYSE], "MESAJ", "BIREYSEL")
    now[0] += 7_200
    direct.check([AYSE], "MESAJ", "BIREYSEL")
    assert sum(path == "/oauth2/token" for _, path in simulator.calls) == 3
    direct.close()


def test_a_wrong_password_takes_nothing(simulator: Simulator) -> None:
    wrong = Direct(msgspec.convert(settings(simulator.url, password="x"), Settings))
    with pytest.raises(NotTaken, match="sign_in_refused"):
        wrong.submit([ENTRY])
    wrong.close()


def test_loopback_is_not_allowed_unless_said(simulator: Simulator) -> None:
    strict = Direct(msgspec.convert(settings(simulator.url, allow_private=False), Settings))
    with pytest.raises(KervanError):
        strict.submit([ENTRY])
    strict.close()
    assert simulator.calls == []


def test_the_settings_have_a_schema_for_a_form() -> None:
    told = port.schema(Settings)["$defs"]["Settings"]
    assert {"base_url", "iys_code", "brand_code", "username", "password"} <= set(told["required"])
