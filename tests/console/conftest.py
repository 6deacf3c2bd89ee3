"""A Kervan with something in it, the console built from these very sources, and one browser."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tools import console

from tests.sdk.browser import chromium
from tests.story.running import Kervan, running
from tests.unit.delivery.peer import Peer

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def built() -> None:
    """The bundle of these sources; `make console` has usually made it already."""
    console.build()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for each worker."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def kervan(built: None) -> Iterator[Kervan]:
    """A whole Kervan; one web process is enough for one reader."""
    with (
        Peer() as mailbox,
        running(
            smtp_url=mailbox.url,
            mail_from="Shop <shop@ornek.test>",
            web_processes=1,
            worker_processes=1,
        ) as started,
    ):
        yield started


@pytest.fixture(scope="session")
def samples(kervan: Kervan) -> dict[str, str]:
    """{a page's path: an address of it with something to see}, as tests/console/samples say.

    Each room's file has `prepare(kervan)`, which fills the Kervan and names addresses for the
    paths with a part that varies.
    """
    found: dict[str, str] = {}
    for file in sorted(SAMPLES.glob("*.py")):
        found |= importlib.import_module(f"tests.console.samples.{file.stem}").prepare(kervan)
    return found
