"""A journey is read from every side, changed by keys, tried, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    samples.address("/journeys")
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def test_read_from_every_side_by_keys(mine: Desk) -> None:
    page = mine.page
    mine.wrong.clear()
    mine.open("/journeys/console-coat")
    card = page.locator("[data-step='look']")
    expect(card).to_contain_text("3 came")
    card.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="The chosen step")
    behind = panel.get_by_role("button", name="2", exact=True)
    behind.focus()
    page.keyboard.press("Enter")
    people = page.get_by_role("dialog")
    expect(people.get_by_role("link")).to_have_count(2)
    found = mine.violations()
    page.keyboard.press("Escape")
    expect(people).to_have_count(0)
    found += mine.violations()
    page.get_by_role("tab", name="Flow").focus()
    for name in ("Text", "Report", "Rehearse", "Versions"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        mine.settle()
        found += [f"{name}: {one}" for one in mine.violations()]
    assert not found, "\n".join(found)
    page.get_by_role("tab", name="Rehearse").click()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("heading", name="What could not be as it was")).to_be_visible(
        timeout=60_000
    )
    assert not mine.wrong, mine.wrong


def test_entry_steps_and_a_trial_by_keys(mine: Desk, kervan: Kervan) -> None:
    page, keys = mine.page, mine.page.keyboard
    mine.wrong.clear()
    text = kervan.get("/v1/journeys/console-coat/definition")["text"]
    text = text.replace("console-coat", "by-keys").replace("kind: wait", "kind: wait # a day")
    kervan.api("PUT", "/v1/journeys/by-keys/draft", {"text": text}, **{"if-match": "0"})
    mine.open("/journeys/by-keys")
    page.locator("[data-step='@entry']").focus()
    keys.press("Enter")
    panel = page.get_by_role("complementary", name="Entry, exits and goal")
    panel.get_by_label("Event").first.fill("Coat Liked")
    panel.get_by_label("Again").select_option("never")
    panel.get_by_label("Again").press("Escape")
    expect(page.locator("[data-step='@entry']")).to_be_focused()
    expect(page.locator("[data-step='@entry']")).to_contain_text("Coat Liked")
    keys.press("ArrowDown")
    expect(page.locator("[data-step='look']")).to_be_focused()
    keys.press("Shift+ArrowDown")
    keys.press("Control+c")
    keys.press("Control+v")
    expect(page.locator("[data-step='look-2']")).to_be_visible()
    keys.press("Control+z")
    expect(page.locator("[data-step='look-2']")).to_have_count(0)
    page.locator("[data-step='ask']").focus()
    keys.press("Delete")
    expect(page.locator("[data-step='ask']")).to_have_count(0)
    page.get_by_role("button", name="Undo").last.click()
    page.locator("[data-step='ask']").focus()
    keys.press("+")
    expect(page.get_by_role("textbox", name="Find a step")).to_be_focused()
    keys.type("points")
    keys.press("Enter")
    expect(page.locator("[data-step='give-points']")).to_be_visible()
    page.locator("[data-step='look']").press("Enter")
    step = page.get_by_role("complementary", name="The chosen step")
    step.get_by_role("button", name="Remove: Until an event").click()
    page.locator("[data-wrong='true']").wait_for()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("button", name="Play", exact=True).click()
    story = page.get_by_role("list", name="What would happen")
    expect(story.get_by_role("listitem").last).to_contain_text("leaves at “quiet”")
    expect(story).to_contain_text("“ask” would do its work")
    assert not mine.violations() + mine.wrong
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    kept = kervan.get("/v1/journeys/by-keys/draft")["text"]
    assert kept.startswith("# Somebody looks at a coat.") and "kind: wait # a day" in kept
    assert "trigger: {event: Coat Liked}" in kept
    assert "reentry: never\n  steps:" in kept


def test_a_save_whose_answer_was_lost_is_ones_own(mine: Desk, kervan: Kervan) -> None:
    """The server took it, the answer never came: what was typed after it is not lost."""
    page = mine.page
    mine.wrong.clear()
    text = kervan.get("/v1/journeys/console-coat/definition")["text"]
    text = text.replace("console-coat", "half-saved")
    kervan.api("PUT", "/v1/journeys/half-saved/draft", {"text": text}, **{"if-match": "0"})
    mine.open("/journeys/half-saved")

    def lose(route: Route) -> None:
        if route.request.method == "PUT":
            route.fetch()
        route.abort()

    def kept() -> str:
        return str(kervan.get("/v1/journeys/half-saved/draft")["text"])

    page.route("**/v1/journeys/half-saved/draft", lose)
    page.locator("[data-step='@entry']").click()
    entry = page.get_by_role("complementary", name="Entry, exits and goal")
    with page.expect_event("requestfailed"):
        entry.get_by_label("Again").select_option("never")
    assert "reentry: never" in kept()
    entry.get_by_label("Event").first.fill("Coat Liked")
    page.unroute("**/v1/journeys/half-saved/draft")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    until(lambda: "event: Coat Liked" in kept(), kept)
    assert "reentry: never" in kept()
    expect(page.get_by_role("alert")).to_have_count(0)


_FORMS = """\
# Told to others.
journey:
  key: by-forms
  name: Formlar
  trigger: {event: Coat Liked}
  steps:
    - {key: draw, kind: experiment, ways: [{name: a, share: 50}, {name: b, share: 50}],
       next: {a: ask, b: note}}
    - {key: ask, kind: send_email, message: {subject: Merhaba, mjml: "<mjml><mj-body/></mjml>"}}
    - {key: seen, kind: wait, until: {event: Message Clicked, where: {property: step, eq: ask}},
       timeout: 1 day, next: {matched: note, timed_out: end}}
    # What she is now.
    - {key: note, kind: update_profile, set: {vip: true}} # since May
    - {key: tell, kind: webhook, body: {who: "{{ person.id }}"}}
    - {key: end, kind: exit}
"""


def test_what_was_text_has_forms(mine: Desk, kervan: Kervan) -> None:
    """What a profile gets, what a receiver is told, a step's key, and a trial's own wishes."""
    page = mine.page
    mine.wrong.clear()
    kervan.api("PUT", "/v1/journeys/by-forms/draft", {"text": _FORMS}, **{"if-match": "0"})
    mine.open("/journeys/by-forms")
    page.locator("[data-step='note']").press("Enter")
    step = page.get_by_role("complementary", name="The chosen step")
    step.get_by_label("Value of vip").select_option("false")
    step.get_by_role("button", name="Add a value").click()
    step.get_by_label("Name 2").fill("tier")
    step.get_by_label("Value of tier").fill("{{ event.tier }}")
    page.locator("[data-step='tell']").press("Enter")
    step.get_by_role("button", name="Add a value").click()
    step.get_by_label("Name 2").fill("basket")
    step.get_by_label("What basket is").select_option("group")
    inside = step.get_by_role("group", name="basket")
    inside.get_by_role("button", name="Add a value").click()
    inside.get_by_label("Name 1").fill("total")
    inside.get_by_label("What total is").select_option("number")
    inside.get_by_label("Value of total").fill("12")
    mine.settle()
    assert not mine.violations()
    mine.picture("journey-body")
    page.locator("[data-step='ask']").press("Enter")
    step.get_by_role("button", name="Rename").press("Enter")
    step.get_by_label("Key of the step").fill("seen")
    expect(step).to_contain_text("Another step has this key")
    step.get_by_label("Key of the step").fill("hello")
    step.get_by_label("Key of the step").press("Enter")
    expect(page.get_by_role("heading", name="hello")).to_be_visible()
    page.get_by_role("button", name="Try it").click()
    page.get_by_label("Message of “hello”").select_option("clicks")
    page.get_by_label("Draw of “draw”").select_option("a")
    page.get_by_role("button", name="Play", exact=True).click()
    story = page.get_by_role("list", name="What would happen")
    expect(story).to_contain_text("Message Clicked")
    expect(story).to_contain_text("“note” would do its work")
    assert not mine.violations() + mine.wrong
    mine.picture("journey-trial")

    def kept() -> str:
        return str(kervan.get("/v1/journeys/by-forms/draft")["text"])

    until(lambda: "hello" in kept(), kept)
    said = kept()
    assert "vip: false" in said and "{{ event.tier }}" in said
    assert "# since May" in said and "# What she is now." in said
    assert "total: 12" in said and "key: ask" not in said and "eq: hello" in said
    assert "a: hello" in said
