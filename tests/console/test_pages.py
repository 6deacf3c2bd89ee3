"""Each page opens in three languages at three widths, light and dark: no error, nothing for axe."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.console.asked import differences, listening
from tests.console.conftest import Samples
from tests.console.desk import WIDTHS, Desk, desk
from tests.console.pages import LANGUAGES, every
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")
_AT_EASE = WIDTHS[1]
_IN_CI = "CI" in os.environ
_LOOKS = 40


@pytest.fixture(scope="module")
def light(browser: Browser, kervan: Kervan) -> Iterator[Desk]:
    with desk(browser, kervan) as mine:
        yield mine


def _is_asked(language: str, width: int) -> bool:
    """Whether axe is asked: everywhere; on the build machine of each language and width once."""
    return not _IN_CI or LANGUAGES.index(language) == WIDTHS.index(width)


@pytest.mark.parametrize("path", every())
def test_a_page_opens_everywhere(path: str, light: Desk, samples: Samples) -> None:
    """Opened once; then language, width and light change under the reader, as they do for her."""
    found: list[str] = []
    light.wrong.clear()
    light.resize(_AT_EASE)
    address = samples.address(path)
    with listening(light.page) as asked:
        light.open(address)
        for _ in range(_LOOKS):  # some is asked for once what stands above it is there
            if not differences(path, asked):
                break
            light.page.wait_for_timeout(250)
    found += differences(path, asked)
    for language in LANGUAGES:
        light.turn_to(language)
        for width in WIDTHS:
            light.resize(width)
            light.picture(f"{path}-{language}-{width}")
            if _is_asked(language, width):
                found += [f"{language} {width}: {one}" for one in light.violations()]
            if light.stays_too_wide():
                found.append(f"{language} {width}: wider than its window")
        light.resize(_AT_EASE)
    light.darken()
    light.picture(f"{path}-{LANGUAGES[-1]}-{_AT_EASE}-dark")
    found += [f"dark: {one}" for one in light.violations(colours_only=_IN_CI)]
    light.lighten()
    found += light.wrong
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_opens_in_her_language(language: str, light: Desk) -> None:
    light.speak(language)
    light.wrong.clear()
    light.open("/start")
    assert light.page.locator("html").get_attribute("lang") == language
    assert not light.wrong


def test_what_the_server_says_turns_with_the_page(light: Desk, samples: Samples) -> None:
    def sentences() -> list[str]:
        return [one.splitlines()[1] for one in light.page.locator("[data-step]").all_inner_texts()]

    light.speak("en")
    light.open(samples.address("/journeys/$journey"))
    english = sentences()
    light.turn_to("az")
    expect(light.page.locator("[data-step]").nth(1)).not_to_contain_text(english[1])
    turned = sentences()
    light.page.reload()
    light.settle()
    assert turned == sentences() != english


def test_a_page_that_is_not_there_says_so(light: Desk) -> None:
    light.speak("en")
    light.open("/nowhere")
    expect(light.page.get_by_role("heading", level=1)).to_have_text("There is no such page")


def test_the_policy_lets_nothing_in(light: Desk) -> None:
    light.speak("en")
    answer = light.page.goto(f"{light.address}/console/start")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    nonces = re.findall(r"'nonce-([^']+)'", policy)
    again = light.page.goto(f"{light.address}/console/start")
    assert again is not None and nonces[0] not in again.headers["content-security-policy"]
    assert "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
    # What a page would do with a name such as this one is refused by the browser itself.
    light.settle()
    refused = light.page.evaluate(
        "() => { try { document.createElement('div').innerHTML = '<img src=x onerror=1>' }"
        " catch (error) { return error.name } }"
    )
    assert refused == "TypeError"
    light.wrong.clear()
