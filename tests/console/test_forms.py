"""Numbers, dates, money and order as each language writes them, in the browser that shows them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tools import console

pytestmark = pytest.mark.peer("chromium", "node", "npm")
_AT = "'2026-11-21T22:05:09Z'"  # the 22nd in İstanbul already


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """An empty page that has the console's forms as `forms`."""
    console.install()
    made: Path = tmp_path_factory.mktemp("forms") / "forms.js"
    command = [*console.node(), "node_modules/rolldown/bin/cli.mjs", "src/fmt/index.ts"]
    console.run([*command, "--format", "iife", "--name", "forms", "--file", str(made)])
    context = browser.new_context(locale="en-US", timezone_id="Pacific/Auckland")
    opened = context.new_page()
    opened.add_script_tag(path=made)
    opened.evaluate("forms.showTimesIn('Europe/Istanbul')")
    yield opened
    context.close()


def say(page: Page, locale: str, call: str) -> Any:
    return page.evaluate(f"forms.fmt('{locale}').{call}")


@pytest.mark.parametrize(
    ("call", "tr", "az", "en"),
    [
        ("number(1234567.5, 1)", "1.234.567,5", "1.234.567,5", "1,234,567.5"),
        ("percent(0.457)", "%45,7", "45,7%", "45.7%"),
        ("money(128435000, 'TRY')", "₺1.284.350,00", "1.284.350,00\xa0₺", "₺1,284,350.00"),
        ("money(-5, 'AZN')", "-₼0,05", "-0,05\xa0₼", "-₼0.05"),
        ("money(500, 'JPY')", "JPY\xa0500", "500\xa0JPY", "JPY\xa0500"),
        ("price('0.085', 'TRY')", "₺0,085", "0,085\xa0₺", "₺0.085"),
        ("price('12', 'AZN')", "₼12,00", "12,00\xa0₼", "₼12.00"),
        ("amount('0.085')", "0,085", "0,085", "0.085"),
        ("readAmount('0,085')", "0.085", "0.085", "0.085"),
        ("readAmount(' 0.0850')", "0.0850", "0.0850", "0.0850"),
        ("readAmount('1.250')", "1250", "1250", "1.250"),
        ("readAmount('12.500,5')", "12500.5", "12500.5", "12.500,5"),
        ("readAmount('1,250,000')", "1,250,000", "1,250,000", "1250000"),
        ("readAmount(',5')", "0.5", "0.5", "0.5"),
        ("readAmount('007,')", "7", "7", "7"),
        ("readAmount('1e3')", "1e3", "1e3", "1e3"),
        ("compact(1234567)", "1,2\xa0Mn", "1,2\xa0mln", "1.2m"),
        (f"date({_AT})", "22 Kas 2026", "22 noy 2026", "22 Nov 2026"),
        (f"date({_AT}, 'long')", "22 Kasım 2026", "22 noyabr 2026", "22 November 2026"),
        (f"time({_AT}, true)", "01:05:09", "01:05:09", "01:05:09"),
        (f"relative(0, {3 * 3_600_000})", "3 saat önce", "3 saat əvvəl", "3 hours ago"),
        ("duration(9000)", "2 sa 30 dk", "2 saat 30 dəq", "2 h 30 min"),
        ("list(['a', 'b', 'c'])", "a, b ve c", "a, b və c", "a, b and c"),
    ],
)
def test_a_form(page: Page, call: str, tr: str, az: str, en: str) -> None:
    assert [say(page, locale, call) for locale in ("tr", "az", "en")] == [tr, az, en]


def test_the_letters_stand_in_their_order(page: Page) -> None:
    names = "['zər', 'fərq', 'ədəd', 'ev', 'iş', 'ısı', 'şal', 'sal', 'xal', 'hal', 'çay', 'can']"
    assert page.evaluate(f"{names}.sort(forms.fmt('az').compare)") == [
        "can", "çay", "ev", "ədəd", "fərq", "hal", "xal", "ısı", "iş", "sal", "şal", "zər",
    ]  # fmt: skip
    turkish = "['iş', 'ısı', 'Çay', 'can', 'şal', 'sal']"
    assert page.evaluate(f"{turkish}.sort(forms.fmt('tr').compare)") == [
        "can", "Çay", "ısı", "iş", "sal", "şal",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name"),
    [("irem", "İrem"), ("eli", "Əli"), ("isik", "Işık"), ("IRMAK", "ırmak"), ("sukru", "Şükrü")],
)
def test_what_is_typed_without_the_letters_is_found(page: Page, typed: str, name: str) -> None:
    assert page.evaluate("([a, b]) => forms.fold(a) === forms.fold(b)", [typed, name])
