"""Settings change things: a key once, a typed confirmation, the second of two."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    samples.address("/settings")
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def _source(kervan: Kervan, name: str) -> dict[str, Any]:
    found = [one for one in kervan.get("/v1/sources") if one["name"] == name]
    return dict(found[0]) if found else {}


def test_a_source_from_its_first_key_to_its_last(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    mine.open("/settings/sources")
    page.get_by_role("button", name="New source").click()
    sheet = page.get_by_role("dialog", name="New source")
    sheet.get_by_label("Name").fill("Çarşı kasası")
    page.reload()  # nothing typed is lost
    page.get_by_role("button", name="New source").click()
    expect(sheet.get_by_label("Name")).to_have_value("Çarşı kasası")
    sheet.get_by_label("Kind").select_option("till")
    sheet.get_by_role("button", name="Make the source").click()
    key = sheet.get_by_label("Shown once")
    expect(key).to_contain_text("kv_")
    shown = key.inner_text().strip()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Çarşı kasası").click()
    sheet = page.get_by_role("dialog", name="Çarşı kasası")
    sheet.get_by_label("Name").fill("Pazar kasası")
    sheet.get_by_role("button", name="Save").click()
    until(lambda: bool(_source(kervan, "Pazar kasası")), lambda: "not renamed")
    sheet = page.get_by_role("dialog", name="Pazar kasası")
    assert not mine.violations()
    sheet.get_by_role("button", name="Revoke").click()
    asked = page.get_by_role("dialog", name="Revoke")
    expect(asked.get_by_role("button", name="Revoke")).to_be_disabled()
    asked.get_by_label("Pazar kasası").fill("pazar kasasi")
    asked.get_by_role("button", name="Revoke").click()
    expect(sheet).to_contain_text("No key is good")
    assert shown[-4:] not in _source(kervan, "Pazar kasası")["keys"]


def _refused_once(mine: Desk) -> None:
    """The browser tells of the server's 409, and of nothing else."""
    assert len(mine.wrong) == 1 and "409" in mine.wrong[0], mine.wrong
    mine.wrong.clear()


def test_the_second_of_two_is_told(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    mine.open("/settings/topics")
    page.get_by_label("In English").first.fill("Tea")
    names = {"tr": "Çay", "az": "Çay", "en": "Leaves"}
    kervan.api("PUT", "/v1/topics", [{"key": "tea", "names": names}])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed")
    assert kervan.get("/v1/topics")[0]["names"]["en"] == "Leaves"
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert kervan.get("/v1/topics")[0]["names"]["en"] == "Tea"
    _refused_once(mine)


def test_a_guide_is_written_whole(mine: Desk, kervan: Kervan) -> None:
    """What must stand, who may speak, limits and checks."""
    page = mine.page
    before = kervan.get("/v1/brand")[""]
    mine.open("/settings/brand")
    lines = page.get_by_role("region", name="Lines that must stand")
    lines.get_by_role("button", name="Add a line").click()
    lines.get_by_label("What it is called").last.fill("MERSİS")
    expect(page.get_by_role("button", name="Save").last).to_be_disabled()
    lines.get_by_label("In Azerbaijani").last.fill("VÖEN")
    lines.get_by_label("Where the law").last.select_option("AZ")
    senders = page.get_by_role("region", name="Who may speak")
    senders.get_by_role("button", name="Add a sender").click()
    senders.get_by_label("Channel").last.select_option("instagram")
    senders.get_by_label("Sender's name").last.fill("Örnek")
    page.get_by_label("Emoji in a message").fill("1")
    page.get_by_text("How much each check weighs").click()
    page.get_by_label("Too many emoji").select_option("error")
    mine.picture("guide-written")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    now = kervan.get("/v1/brand")[""]
    assert now["lines"] == [
        *before["lines"],
        {"name": "MERSİS", "says": {"az": "VÖEN"}, "law": "AZ"},
    ]
    assert now["senders"] == {**before["senders"], "instagram": [{"name": "Örnek"}]}
    assert now["limits"] == {**before["limits"], "emoji": 1}
    assert now["checks"] == {**before["checks"], "emoji": "error"}
    kervan.api("PUT", "/v1/brand", before)


def test_two_say_at_once_who_speaks(mine: Desk, kervan: Kervan) -> None:
    """Work begun in the first steps is there though somebody speaks by now, and she is told."""
    kervan.say_who_speaks()
    page, where = mine.page, "/v1/company?brand="
    before = kervan.get("/v1/company")[""]
    kept = {"value": {**before, "title": "Birinci A.Ş."}, "base": before["edition"]}
    kept["value"].pop("edition")
    mine.open("/start")
    text = json.dumps(kept)
    page.evaluate(
        "(text) => localStorage.setItem('kervan.draft.company',"
        " JSON.stringify({...JSON.parse(text), at: Date.now()}))",
        text,
    )
    page.reload()
    expect(page.get_by_label("Trade name")).to_have_value("Birinci A.Ş.")
    theirs = {**before, "title": "İkinci A.Ş."}
    theirs.pop("edition")
    assert kervan.api("PUT", where, theirs).status < 300
    form = page.locator("form").filter(has=page.get_by_label("Trade name"))
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Somebody else")).to_be_visible()
    assert kervan.get("/v1/company")[""]["title"] == "İkinci A.Ş."
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text("Birinci A.Ş. speaks in the messages.")).to_be_visible()
    assert kervan.get("/v1/company")[""]["title"] == "Birinci A.Ş."
    _refused_once(mine)


def test_a_providers_form_keeps_its_secrets(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    mine.open("/settings/channels")
    page.get_by_role("button", name="netgsm").click()
    sheet = page.get_by_role("dialog", name="netgsm")
    expect(sheet.get_by_label("Password")).to_have_value("")
    sheet.get_by_label("Sender").fill("CARSI")
    assert not mine.violations()
    mine.picture("settings-account")
    sheet.get_by_role("button", name="Save").click()

    def sender() -> str:
        [one] = [each for each in kervan.get("/v1/accounts") if each["name"] == "netgsm"]
        assert one["settings"]["password"] == "***"
        return str(one["settings"]["sender"])

    until(lambda: sender() == "CARSI", sender)


def test_a_shorter_retention_says_what_goes_and_the_second_is_told(
    mine: Desk, kervan: Kervan
) -> None:
    page = mine.page
    mine.open("/settings/retention")
    page.get_by_role("button", name="Visits of people nobody knows").click()
    sheet = page.get_by_role("dialog", name="Visits of people nobody knows")
    sheet.get_by_label("Days").fill("90")
    sheet.get_by_label("Ground").fill("Our lawyer")
    rule = {"days": 300, "source": "Somebody else"}
    kervan.api("PUT", "/v1/privacy/retention/visits", rule)
    sheet.get_by_role("button", name="Look what goes").click()
    asked = page.get_by_role("dialog", name="Keep for a shorter time")
    expect(asked).to_contain_text("90 days")
    asked.get_by_label("shorten").fill("shorten")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("alert").first).to_contain_text("Somebody else changed")
    assert kervan.get("/v1/privacy/retention")["visits"]["days"] == 300
    sheet.get_by_role("button", name="Save mine over it").click()
    until(
        lambda: kervan.get("/v1/privacy/retention")["visits"]["days"] == 90, lambda: "not shortened"
    )
    expect(sheet.get_by_text("Saved.", exact=True)).to_be_visible()
    assert not mine.violations()
    _refused_once(mine)


def test_a_workspace_gets_another_name(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    mine.open("/settings/workspaces")
    key = kervan.config.workspace
    page.get_by_role("button", name=f"Rename {key}").click()
    sheet = page.get_by_role("dialog", name=f"Rename {key}")
    expect(sheet.get_by_role("button", name="Rename")).to_be_disabled()
    sheet.get_by_label("Name").fill("Çarşı ve İpek")
    assert not mine.violations()
    mine.picture("workspace-rename")
    sheet.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("cell", name="Çarşı ve İpek", exact=True)).to_be_visible()
    (space,) = (one for one in kervan.get("/v1/workspaces") if one["first"])
    assert (space["key"], space["name"]) == (key, "Çarşı ve İpek")
    (line,) = kervan.get("/v1/audit?what=workspace_renamed")["lines"]
    assert line["said"] and line["facts"]["name"] == "Çarşı ve İpek"
