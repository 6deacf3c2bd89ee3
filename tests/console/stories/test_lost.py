"""What could be lost while she writes is not: server gone, line gone, session over, two tabs."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.console.desk import Desk, desk_of
from tests.console.stories.hands import Hand, by_keys
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan

pytestmark = pytest.mark.peer("chromium", "node")
_PASSWORD = "yedi yuz yetmis yedi koyun"


def _begin(hand: Hand, name: str) -> str:
    """A message of one SMS that is live; gives its key."""
    hand.open("/messages")
    hand.press("New message")
    sheet = hand.see("dialog", "New message")
    hand.type("Name", hand.called(name), sheet)
    hand.press(re.compile("^An empty SMS"), "radio", sheet)
    hand.press("Begin", within=sheet)
    hand.type("Text", "Snow is here")
    hand.press("Save message")
    _is_live(hand, 1)
    return hand.page.url.rpartition("/")[2]


def _is_live(hand: Hand, version: int) -> None:
    title = hand.page.get_by_role("heading", level=1)
    expect(title).to_contain_text(f"live, version {version}")


def _text(kervan: Kervan, key: str) -> str:
    return str(kervan.get(f"/v1/messages/{key}")["definition"]["variants"]["sms"]["en"]["text"])


def test_the_server_starts_anew_amid_an_edit(hand: Hand, kervan: Kervan) -> None:
    key = _begin(hand, "Restart")
    hand.type("Text", "Written before the fall")
    [web] = kervan.children("web")
    web.kill()
    web.wait()
    hand.press("Save message")
    # Whether it met the fall or the new one: the text is there, and it is saved in the end.
    expect(hand.field("Text")).to_have_value("Written before the fall")
    gone = hand.page.get_by_role("alert").filter(has_text="No connection to Kervan")
    live = hand.page.get_by_role("heading", level=1).filter(has_text="live, version 2")
    expect(gone.or_(live).first).to_be_visible()
    until(lambda: _answers(kervan), lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    if gone.first.is_visible():
        hand.page.reload()
        hand.desk.settle()
        expect(hand.field("Text")).to_have_value("Written before the fall")
        hand.press("Save message")
    _is_live(hand, 2)
    assert _text(kervan, key) == "Written before the fall"


def _answers(kervan: Kervan) -> bool:
    try:
        return kervan.api("GET", "/v1/me").status == 200
    except OSError:
        return False


@by_keys
def test_the_line_is_lost_while_saving(hand: Hand, kervan: Kervan) -> None:
    key = _begin(hand, "Line")
    hand.type("Text", "Written in a tunnel")
    hand.desk.context.set_offline(True)
    hand.press("Save message")
    alert = hand.page.get_by_role("alert")
    # Said once, in the frame; the form says only that it waits.
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("nothing you wrote is lost")
    expect(hand.page.get_by_text("This waits for the connection.")).to_have_count(1)
    assert not hand.desk.violations()
    hand.desk.context.set_offline(False)
    hand.press("Save message")
    _is_live(hand, 2)
    expect(alert).to_have_count(0)
    assert _text(kervan, key) == "Written in a tunnel"

    # A journey's draft goes to the server by itself as soon as there is a line again.
    journey = hand.called("tunel").replace(" ", "-")
    text = f"journey:\n  key: {journey}\n  name: Tünel\n  trigger: {{event: Coat Viewed}}\n"
    text += "  steps:\n    - {key: wait, kind: wait, for: 1 day}\n    - {key: end, kind: exit}\n"
    kervan.api("PUT", f"/v1/journeys/{journey}/draft", {"text": text}, **{"if-match": "0"})
    hand.open(f"/journeys/{journey}")
    hand.press("Text", "tab")
    area = hand.field(re.compile("text", re.IGNORECASE), of="textarea")
    hand.desk.context.set_offline(True)
    hand.type_at(area, text.replace("1 day", "2 days"))
    said = hand.page.get_by_role("status").filter(has_text="Kept here; no connection")
    expect(said).to_be_visible()
    hand.desk.context.set_offline(False)
    expect(hand.page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    assert "2 days" in kervan.get(f"/v1/journeys/{journey}/draft")["text"]


@pytest.fixture(scope="module")
def marketer(browser: Browser, kervan: Kervan) -> Iterator[tuple[Desk, str]]:
    """Somebody with a password, at a desk of her own."""
    email = "oya@ornek.test"
    added = kervan.api("POST", "/v1/users", {"email": email, "name": "Oya", "roles": ["marketer"]})
    with desk_of(browser, kervan.address) as mine:
        mine.speak("en")
        mine.page.goto(added.json["password_link"])
        for label in ("New password", "The same again"):
            mine.page.get_by_label(label, exact=True).fill(_PASSWORD)
        mine.page.get_by_role("button", name="Save the password").click()
        yield mine, email


def _enter(hand: Hand, email: str) -> None:
    hand.type("E-mail", email)
    hand.type("Password", _PASSWORD)
    hand.press("Sign in")
    hand.page.wait_for_url(lambda url: "/sign-in" not in url)


@by_keys
def test_the_session_ends_amid_an_edit(
    hand: Hand, kervan: Kervan, marketer: tuple[Desk, str]
) -> None:
    desk, email = marketer
    hers = type(hand)(desk)
    desk.page.goto(f"{desk.address}/sign-in")
    _enter(hers, email)
    key = _begin(hers, "Session")
    hers.type("Text", "Written late at night")
    expect(hers.see("region", "How it is read")).to_contain_text("Written late at night")
    desk.page.wait_for_load_state("networkidle")
    # In another tab she signs out; this one hears of it when it saves.
    other = desk.context.new_page()
    other.goto(f"{desk.address}/console/messages")
    other.locator("header button[aria-haspopup=menu]").click()
    other.get_by_role("menuitem", name="Sign out").click()
    other.wait_for_url("**/sign-in*")
    other.close()
    hers.press("Save message")
    over = hers.see("dialog", "Your session has ended")
    expect(over).to_be_visible()
    desk.picture("session")
    assert not desk.violations()
    tab = desk.page
    with desk.context.expect_page() as opened:
        hers.press("Sign in", "link", over)
    desk.page = opened.value
    _enter(hers, email)
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("You are signed in")
    desk.page.close()
    desk.page = tab
    expect(over).to_have_count(0)
    expect(hers.field("Text")).to_have_value("Written late at night")
    hers.press("Save message")
    _is_live(hers, 2)
    assert _text(kervan, key) == "Written late at night"


@by_keys
def test_two_tabs_of_one_message(hand: Hand, kervan: Kervan) -> None:
    key = _begin(hand, "Tabs")
    first = hand.page
    second = hand.desk.context.new_page()
    second.goto(first.url)
    text = second.get_by_role("textbox", name="Text", exact=True)
    expect(text).to_have_value("Snow is here")
    hand.type("Text", "Written in the first tab")
    text.fill("Written in the second tab")
    hand.press("Save message")
    _is_live(hand, 2)
    # The other tab's work is its own: it outlives the first one's saving, and a reload.
    second.reload()
    expect(text).to_have_value("Written in the second tab")
    expect(second.get_by_role("status").filter(has_text="Somebody else has saved")).to_be_visible()
    hand.desk.page = second
    try:
        hand.press("Save message")
        expect(second.get_by_role("alert")).to_contain_text("Somebody else saved")
        assert _text(kervan, key) == "Written in the first tab"
        hand.press("Save mine as the next version")
        _is_live(hand, 3)
    finally:
        hand.desk.page = first
        second.close()
    assert _text(kervan, key) == "Written in the second tab"
