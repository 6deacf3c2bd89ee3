"""An old link asks for a fresh one: to its own address, not too often, telling nobody anything."""

from datetime import timedelta
from uuid import UUID

import pytest

from kervan.content import contact_tokens
from tests.unit.web.pages.preferences.opened import ADDRESS, PHONE, Opened, Page

OLD = timedelta(seconds=-1)
_MESSAGES = "select step, class, contact, brand, person from message order by id"


def press(her: Opened, path: str, **more: str) -> Page:
    """Press the button of the page of an old link; gives the page that comes then."""
    answer, page = her.show(path)
    assert answer.status == 410
    form = [*page.sent(), ("do", "renew"), *more.items()]
    pressed = her.browser.post(path, form)
    assert pressed.status == 303, pressed.text
    answer, page = her.show(pressed.headers["location"])
    assert answer.status == 200
    return page


@pytest.mark.parametrize(
    ("asked", "button", "then"),
    [
        ("tr", "Bana yeni bağlantı gönderin", "E-posta kutunuza bakın"),
        ("az", "Mənə yeni keçid göndərin", "Poçt qutunuza baxın"),
        ("en", "Send me a new link", "Look into your mailbox"),
    ],
)
def test_the_button_sends_one_mail_to_the_address_of_the_link(
    her: Opened, asked: str, button: str, then: str
) -> None:
    path = her.link(lasts=OLD)
    for method in ("GET", "HEAD"):
        assert her.browser.ask(method, path, accept_language=asked).status == 410
    answer = her.browser.get(path, accept_language=asked)
    assert button in answer.text
    assert ADDRESS not in answer.text
    assert "<script" not in answer.text
    assert her.rows(_MESSAGES) == [], "a looking machine sends nothing"
    for _ in range(2):
        assert then in press(her, f"{path}?lang={asked}").words
    [(step, class_, contact, brand, person)] = her.rows(_MESSAGES)
    assert (step, class_, brand, person) == ("fresh_link", "transactional", "", 1)
    assert contact == UUID(bytes=her.house.keys.blind("email", ADDRESS))
    assert her.allowed(), "and nothing else changed"


def test_nobody_learns_whose_address_it_is(her: Opened) -> None:
    hers, nobodys = (her.link(one, lasts=OLD) for one in (ADDRESS, "nobody@ev.example"))
    assert press(her, nobodys).words == press(her, hers).words
    assert len(her.rows(_MESSAGES)) == 1


def test_a_link_that_works_or_is_none_or_is_a_phones_sends_nothing(her: Opened) -> None:
    _, page = her.show(her.link(lasts=OLD))
    form = [*page.sent(), ("do", "renew")]
    paths = (
        (her.link(), 400), (her.link(lasts=timedelta(days=-2)), 410), ("/p/x", 404),
        (her.link(PHONE, lasts=OLD), 410), (her.link(workspace=9, lasts=OLD), 404),
        (her.link(use=contact_tokens.CONFIRM, lasts=OLD).replace("/confirm/", "/p/"), 404),
    )  # fmt: skip
    for path, status in paths:
        assert her.browser.post(path, form).status == status, path
    assert "new link" not in her.show(her.link(PHONE, lasts=OLD))[0].text
    assert her.rows(_MESSAGES) == []


def test_an_address_gets_three_a_day(her: Opened) -> None:
    path = her.link(lasts=OLD)
    for _ in range(5):
        press(her, path)
        # As if ten minutes lay between the presses, which are one mail within them.
        with her.house.connection() as conn:
            conn.execute("update message set key = gen_random_uuid()::text::bytea")
    assert len(her.rows(_MESSAGES)) == 3


def test_a_network_has_its_share_whatever_it_asks_for(her: Opened) -> None:
    for number in range(20):
        press(her, her.link(f"n{number}@ev.example", lasts=OLD))
    press(her, her.link(lasts=OLD))
    assert her.rows(_MESSAGES) == []
