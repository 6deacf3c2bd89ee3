"""Odd input: names that are markup, 301 steps, wrong clocks, slow lines, Word, heavy files."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")
_STEPS = 301
_MARKUP = '<img src=x onerror="document.title=1"><b>Kalın</b> \N{RIGHT-TO-LEFT OVERRIDE}sret שלום '
_LISTEN = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (one) =>
  window.broken.push(`${one.effectiveDirective} ${one.blockedURI} ${one.sample}`));
"""
_3G = {"offline": False, "latency": 300, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
_FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
_GONE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
_WORD_HTML = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal'
    "{mso-style-name:Normal;color:red}</style></head><body><p class=MsoNormal style='mso-x:1'>"
    "Merhaba <b>İrem</b><o:p></o:p></p><img src='file:///c:/x.png'></body></html>"
)
_WORD_TEXT = "Merhaba\xa0İrem\vher\xad gün\r\n·\tçay \r\n\r\n\r\n\r\nson"
_PASTE = """(field, [text, html]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  data.setData('text/html', html);
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  field.focus();
  field.select();
  return field.dispatchEvent(new ClipboardEvent('paste', event));
}"""
_DROP = """(place) => {
  const data = new DataTransfer();
  data.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
  const event = { dataTransfer: data, bubbles: true, cancelable: true };
  return place.dispatchEvent(new DragEvent('drop', event));
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser, kervan: Kervan) -> Iterator[Desk]:
    with desk(browser, kervan) as found:
        found.context.add_init_script(_LISTEN)
        found.speak("en")
        yield found


@pytest.fixture
def mine(tab: Desk) -> Iterator[Desk]:
    """The same tab; whatever the policy refused on the way fails the test."""
    tab.wrong.clear()
    tab.resize(1280)
    yield tab
    assert tab.page.evaluate("window.broken") == []
    assert tab.complaints() == []


def _seek(mine: Desk) -> None:
    """She whose name is markup stands alone in the list."""
    mine.open("/people")
    mine.page.get_by_label("Search people").fill("odd-markup@ornek.test")
    link = mine.page.get_by_role("table").get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_contain_text("<b>Kalın</b>")


def _seek_until_seen(mine: Desk) -> None:
    """The same, until history knows when she was here: minutes ago, by the server's clock."""
    row = mine.page.get_by_role("row").filter(has_text="Kalın")

    def seen() -> bool:
        _seek(mine)
        return re.search("(second|minute)s? ago|now", row.inner_text()) is not None

    until(seen, row.inner_text)


def test_a_name_is_a_text(mine: Desk, kervan: Kervan) -> None:
    """HTML, letters that turn the writing, and ten thousand of them: shown, and never more."""
    page = mine.page
    names = {"odd-markup": _MARKUP, "odd-long": "Uzun" * 2_500}
    for user, name in names.items():
        traits = {"firstName": name, "lastName": "Odd", "email": f"{user}@ornek.test"}
        kervan.send({"type": "identify", "userId": user, "traits": traits})
    ids = {user: kervan.person(user) for user in names}
    mine.resize(360)
    for user, name in names.items():
        mine.open(f"/people/{ids[user]}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(name[:30])
        assert not mine.stays_too_wide(), user
    _seek(mine)
    assert not mine.stays_too_wide()
    page.keyboard.press("ControlOrMeta+k")
    page.get_by_role("combobox", name="Go to or find").fill("odd-long@ornek.test")
    expect(page.get_by_role("option").filter(has_text="UzunUzun")).to_be_visible()
    assert not mine.stays_too_wide()
    assert page.locator("img[src=x]").count() == 0 and page.title() != "1"
    page.keyboard.press("Escape")


def _long(key: str) -> str:
    """Ways part and meet at every tenth step."""
    steps = [f"    - {{key: s{at}, kind: wait, for: 1 day}}" for at in range(_STEPS - 1)]
    for at in range(5, _STEPS - 5, 10):
        steps[at] = (
            f"    - {{key: s{at}, kind: branch, ways: [{{name: some, when: {{kind: event,"
            f" events: [Coat Liked]}}}}], next: {{some: s{at + 1}, else: s{at + 3}}}}}"
        )
    steps.append("    - {key: end, kind: exit}")
    head = f"journey:\n  key: {key}\n  name: Uzun yol\n  trigger: {{event: Coat Viewed}}\n"
    return head + "  steps:\n" + "\n".join(steps) + "\n"


def test_three_hundred_and_one_steps(
    mine: Desk, kervan: Kervan, capsys: pytest.CaptureFixture[str]
) -> None:
    """The picture begins at once, draws what is in sight, and is walked to its end by keys."""
    page = mine.page
    text = _long("odd-long")
    kervan.api("PUT", "/v1/journeys/odd-long/draft", {"text": text}, **{"if-match": "0"})
    page.goto(f"{mine.address}/console/journeys/odd-long")
    first = page.locator("[data-step=s0]")
    first.wait_for()
    took_ms = page.evaluate("performance.now()")
    with capsys.disabled():
        print(f"\n    {_STEPS} steps: the first card stood after {took_ms:.0f} ms", end="")
    assert page.locator("[data-step]").count() < 40
    page.locator("[data-step='@entry']").focus()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("[data-step=end]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"[data-step=s{_STEPS - 2}]")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.locator("[data-step='@entry']")).to_be_focused()
    assert page.locator("[data-step]").count() < 40


def test_the_browser_has_another_time(mine: Desk, kervan: Kervan) -> None:
    """A day ahead, on the other side of the world: what is shown and what is saved is right."""
    page = mine.page
    here = mine.context.new_cdp_session(page)
    here.send("Emulation.setTimezoneOverride", {"timezoneId": "Pacific/Auckland"})
    blocks = {"tr": [{"type": "text", "text": "Kargo bedava"}]}
    bar = {"key": "odd-bar", "name": "Odd bar", "kind": "banner", "blocks": blocks}
    assert kervan.api("PUT", "/v1/onsite/odd-bar", bar).status == 200
    page.clock.set_system_time(datetime.now(UTC) + timedelta(hours=27))
    try:
        _seek_until_seen(mine)
        ahead = page.evaluate("Date.now()") / 1_000 - datetime.now(UTC).timestamp()
        assert ahead > 26 * 3_600 and "New Zealand" in page.evaluate("new Date().toString()")
        mine.open("/onsite/odd-bar")
        page.get_by_role("button", name="End it", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="End it", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("over")
        end = kervan.get("/v1/onsite/odd-bar")["definition"]["until"]
        late = datetime.now(UTC) - datetime.fromisoformat(end)
        assert timedelta(0) <= late < timedelta(minutes=2), end
    finally:
        page.clock.set_system_time(datetime.now(UTC))
        here.send("Emulation.setTimezoneOverride", {"timezoneId": ""})


def test_a_slow_line_and_none(mine: Desk, kervan: Kervan) -> None:
    """A page says that it waits; typing does not; a lost line is said, and all is sent later."""
    page = mine.page
    mine.open("/journeys/odd-long")
    line = mine.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", _3G)
    try:
        page.get_by_role("tab", name="Text").click()
        area = page.locator("main textarea").first
        area.press("ControlOrMeta+End")
        page.keyboard.type("# one, over 3G")
        expect(area).to_have_value(re.compile("# one, over 3G$"), timeout=3_000)
        line.send("Network.emulateNetworkConditions", _GONE)
        page.keyboard.type(", two, over none")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("nothing you wrote is lost")
        line.send("Network.emulateNetworkConditions", _3G)
        expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
        expect(alert).to_have_count(0)
        kept = kervan.get("/v1/journeys/odd-long/draft")["text"]
        assert kept.endswith("# one, over 3G, two, over none")
        page.locator("nav").get_by_role("link", name="Segments").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Segments")
    finally:
        line.send("Network.emulateNetworkConditions", _FAST)
        mine.settle()


def _paste(field: Locator) -> Any:
    field.evaluate(_PASTE, [_WORD_TEXT, _WORD_HTML])
    return field.input_value()


def test_words_come_from_word(mine: Desk) -> None:
    """As clean text, into a line, into lines, and into the mail; a file opens nothing."""
    page = mine.page
    mine.open("/messages")
    page.get_by_role("button", name="New message").first.click()
    sheet = page.get_by_role("dialog", name="New message")
    assert _paste(sheet.get_by_label("Name")) == "Merhaba İrem her gün • çay son"
    sheet.get_by_role("radio", name=re.compile("^Sample: welcome")).click()
    sheet.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("in this browser only")
    block = page.get_by_role("group", name=re.compile("Block 1")).locator("textarea").first
    assert _paste(block) == "Merhaba İrem\nher gün\n• çay\n\nson"
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("• çay")).to_be_visible()
    assert "MsoNormal" not in mail.locator("body").inner_html()
    page.keyboard.press("ControlOrMeta+z")
    assert "çay" not in block.input_value()
    assert block.evaluate(_DROP) is False and "/messages/" in page.url


def test_thirty_megabytes(mine: Desk, tmp_path: Path) -> None:
    """A broken file of 30 MB is told of, and one above the limit before it is sent."""
    page = mine.page
    mine.open("/media")
    noise = random.Random(7).randbytes(1024 * 1024)
    files = {"broken.png": 30, "heavy.png": 33}
    for name, megabytes in files.items():
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + noise * megabytes)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([tmp_path / name for name in files])
    fates = page.get_by_role("list", name="Files on their way").get_by_role("listitem")
    expect(fates.filter(has_text="heavy")).to_contain_text("more than 32 MB")
    expect(fates.filter(has_text="broken")).to_contain_text("damaged")
    page.get_by_role("button", name="Clear the list").click()
    expect(fates).to_have_count(0)
