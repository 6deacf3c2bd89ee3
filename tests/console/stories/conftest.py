"""One desk for all stories, and two hands at it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.console.stories.hands import Hand, Keys, Mouse
from tests.story.running import Kervan


@pytest.fixture(scope="session")
def owner(browser: Browser, kervan: Kervan) -> Iterator[Desk]:
    """The desk of who runs this Kervan, in English."""
    with desk(browser, kervan) as mine:
        mine.speak("en")
        yield mine


@pytest.fixture(params=[Mouse, Keys], ids=["mouse", "keys"])
def hand(request: pytest.FixtureRequest, owner: Desk) -> Iterator[Hand]:
    """First with a mouse, then without one; what the browser complains of fails the story."""
    owner.wrong.clear()
    mine: Hand = request.param(owner)
    tab = owner.page
    yield mine
    owner.page = tab
    owner.context.set_offline(False)
    wrong = owner.complaints()
    owner.wrong.clear()
    assert not wrong


@pytest.fixture(scope="session")
def people(samples: Samples) -> str:
    """The address of Irem's page, and with it the people of the samples."""
    return samples["/people/$person"]
