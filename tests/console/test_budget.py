"""The budget is begun and changed on its page: prices, ceilings, faults, the second of two."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk, desk_of
from tests.story.running import Kervan, running

pytestmark = pytest.mark.peer("chromium", "node")
_PASSWORD = "dört kısa söz yeter"


@pytest.fixture(scope="module")
def fresh(built: None) -> Iterator[Kervan]:
    """One that has no budget yet: a budget cannot be taken back."""
    with running(web_processes=1, worker_processes=1) as started:
        yield started


@pytest.fixture(scope="module")
def mine(browser: Browser, fresh: Kervan) -> Iterator[Desk]:
    with desk(browser, fresh) as found:
        found.open("/start")
        found.turn_to("tr")
        yield found


def _budget(kervan: Kervan) -> Any:
    return kervan.get("/v1/spend/budget")


def _part(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("region", name=name, exact=True)


def _field(where: Locator | Page, name: str) -> Locator:
    """A field by its whole name: a list to choose from bears that name too."""
    found = where.get_by_role("textbox", name=name, exact=True)
    return found.or_(where.get_by_role("combobox", name=name, exact=True))


def _save(desk: Desk, word: str, saved: str) -> None:
    desk.page.get_by_role("button", name=word, exact=True).click()
    expect(desk.page.get_by_text(saved, exact=True)).to_be_visible()


def test_a_budget_is_begun(mine: Desk, fresh: Kervan) -> None:
    page = mine.page
    mine.open("/settings/budget")
    expect(page.get_by_role("heading", name="Henüz bütçe yok")).to_be_visible()
    mine.picture("budget-none")
    page.get_by_role("button", name="Bütçeye başla").click()
    expect(_field(page, "Bütçenin para birimi")).to_have_value("TRY")
    prices, ceilings = _part(mine, "Fiyatlar"), _part(mine, "Tavanlar")
    prices.get_by_role("button", name="Fiyat ekle").click()
    price = _field(prices, "Fiyat")
    price.fill("sekiz")
    expect(prices).to_contain_text("0,085 gibi")
    price.fill("0,085")
    ceilings.get_by_role("button", name="Tavan ekle").click()
    expect(page.get_by_role("button", name="Kaydet", exact=True)).to_be_disabled()
    _field(ceilings, "Ad").fill("Ayda SMS")
    _field(ceilings, "En çok (TRY)").fill("1.250,50")
    ceilings.get_by_text("Yalnız bazı iletiler için").click()
    _field(ceilings, "Kanallar").click()
    page.get_by_role("listbox", name="Kanallar").get_by_role("option", name="SMS").click()
    page.keyboard.press("Escape")
    page.reload()  # nothing typed is lost
    expect(price).to_have_value("0,085")
    mine.picture("budget-begun")
    assert not mine.violations()
    _save(mine, "Kaydet", "Kaydedildi.")
    now = _budget(fresh)
    assert now["version"] == 1 and now["definition"]["currency"] == "TRY"
    assert now["definition"]["prices"] == [{"channel": "sms", "price": "0.085", "per": "part"}]
    [ceiling] = now["definition"]["ceilings"]
    assert (ceiling["name"], ceiling["most"], ceiling["per"]) == ("Ayda SMS", "1250.50", "month")
    assert (ceiling["channels"], ceiling["classes"]) == (["sms"], ["marketing"])
    expect(_part(mine, "Tavanların doluluğu")).to_contain_text("₺0,00 / ₺1.250,50 (%0)")
    assert not mine.complaints()


def test_what_is_wrong_is_told_at_its_field(mine: Desk, fresh: Kervan) -> None:
    """What the server alone knows: a price that never counts, a currency that there is not."""
    page = mine.page
    mine.open("/settings/budget")
    prices, rates = _part(mine, "Fiyatlar"), _part(mine, "Başka para birimleri")
    prices.get_by_role("button", name="Fiyat ekle").click()
    _field(prices, "Fiyat").last.fill("0,5")
    rates.get_by_role("button", name="Para birimi ekle").click()
    _field(rates, "Para birimi").fill("xqz")
    _field(rates, "Bir birimi (TRY)").fill("41,1")
    page.get_by_role("button", name="Kaydet", exact=True).click()
    expect(rates).to_contain_text("Böyle bir para birimi yok.")
    expect(prices.get_by_role("listitem").last).to_contain_text("Hiç geçerli olmaz")
    mine.picture("budget-faults")
    assert not mine.violations()
    assert _budget(fresh)["version"] == 1
    _field(rates, "Para birimi").fill("usd")
    _field(prices, "Para birimi").last.select_option("USD")
    _field(prices, "Kanal").last.select_option("email")
    expect(prices.get_by_role("listitem").last).not_to_contain_text("Hiç geçerli olmaz")
    prices.get_by_role("button", name="Yukarı taşı: E-posta 0,5").click()
    _save(mine, "Kaydet", "Kaydedildi.")
    now = _budget(fresh)["definition"]
    assert now["rates"] == {"USD": "41.1"}
    assert [one["channel"] for one in now["prices"]] == ["email", "sms"]
    mine.wrong.clear()


def test_the_second_of_two_is_told(mine: Desk, fresh: Kervan) -> None:
    page = mine.page
    mine.open("/settings/budget")
    before = _budget(fresh)["definition"]
    _field(_part(mine, "Tavanlar"), "En çok (TRY)").fill("900")
    theirs = {**before, "rates": {"USD": "42"}}
    assert fresh.api("PUT", "/v1/spend/budget", theirs).status == 200
    page.get_by_role("button", name="Kaydet", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Bu arada başkası bunu değiştirdi")
    assert _budget(fresh)["definition"] == theirs
    page.get_by_role("button", name="Üzerine benimkini kaydet").click()
    expect(page.get_by_text("Kaydedildi.", exact=True)).to_be_visible()
    now = _budget(fresh)["definition"]
    assert (now["rates"], now["ceilings"][0]["most"]) == (before["rates"], "900")
    assert len(mine.wrong) == 1 and "409" in mine.wrong[0], mine.wrong
    mine.wrong.clear()


def test_who_may_only_read_sees_it_and_changes_nothing(
    browser: Browser, kervan: Kervan, samples: Samples
) -> None:
    samples.address("/settings")
    wanted = {"email": "can@ornek.test", "name": "Can", "roles": ["analyst"]}
    made = kervan.api("POST", "/v1/users", wanted)
    with desk_of(browser, kervan.address) as reader:
        reader.speak("en")
        reader.page.goto(made.json["password_link"])
        for label in ("New password", "The same again"):
            reader.page.get_by_label(label, exact=True).fill(_PASSWORD)
        reader.page.get_by_role("button", name="Save the password").click()
        reader.page.get_by_label("E-mail").fill("can@ornek.test")
        reader.page.get_by_label("Password").fill(_PASSWORD)
        reader.page.get_by_role("button", name="Sign in").click()
        reader.page.wait_for_url(lambda url: "/sign-in" not in url)
        reader.open("/settings/budget")
        expect(_field(reader.page, "Currency of the budget")).to_be_disabled()
        expect(_field(reader.page, "Price").first).to_have_value("0.085")
        expect(reader.page.get_by_role("button", name="Save")).to_have_count(0)
        assert not reader.violations()
        assert not reader.complaints()
