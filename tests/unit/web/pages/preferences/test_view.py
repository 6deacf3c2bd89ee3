"""The page's values are covered and in the reader's forms."""

from kervan.kernel import clock
from kervan.web.pages.forms import Forms
from kervan.web.pages.preferences import view
from tests.unit.web.pages.preferences.opened import ADDRESS, PHONE, Opened
from tests.unit.web.pages.preferences.test_visitor import visited


def test_what_is_shown(her: Opened) -> None:
    forms = Forms("tr", "Europe/Istanbul")
    who = visited(her, her.link())
    with her.house.connection() as conn:
        found = view.facts(conn, who, forms, clock.now())
    assert ADDRESS not in str(found)
    assert PHONE not in str(found)
    email, sms = found["channels"]
    assert (email["key"], email["on"], email["since"]) == ("email", True, "1 Ekim 2026")
    assert (sms["address"], sms["fixed"]) == ("+90 *** ** 67", False)
    assert [one["on"] for one in found["frequencies"]] == [True, False, False, False]
    assert dict(found["known"])["web.preferences_known_since"] == "1 Ekim 2026"
    assert (found["paused"], found["any_on"]) == (False, True)


def test_a_day_is_one_or_nothing() -> None:
    forms = Forms("az", "Asia/Baku")
    assert view.day("2026-12-22", forms) == "22 dekabr 2026"
    assert view.day("<script>", forms) == view.day("", forms) == ""
