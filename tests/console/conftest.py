"""A Kervan with something in it, the console built from these very sources, and one browser."""

import runpy
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tools import console

from tests.console import pages
from tests.sdk.browser import chromium
from tests.story.running import Kervan, running
from tests.unit.delivery.peer import Peer

SAMPLES = Path(__file__).parent / "samples"
_LOG_CHARACTERS = 6_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Of what fails: the last words of Kervan too, for the machine it ran on is soon gone."""
    report = yield
    told = getattr(item, "funcargs", {}).get("kervan")
    if report.failed and isinstance(told, Kervan) and told.log_path.exists():
        report.sections.append(("Kervan's log", told.log[-_LOG_CHARACTERS:]))
    return report


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
def mailbox() -> Iterator[Peer]:
    """Where mail goes that leaves this Kervan."""
    with Peer() as found:
        yield found


@pytest.fixture(scope="session")
def kervan(built: None, mailbox: Peer) -> Iterator[Kervan]:
    """A whole Kervan; one web process is enough for one reader."""
    with running(
        smtp_url=mailbox.url,
        mail_from="Shop <shop@ornek.test>",
        web_processes=1,
        worker_processes=1,
    ) as started:
        yield started


class Samples:
    """Addresses with something to see, each room's made by its own file when it is first asked."""

    def __init__(self, kervan: Kervan) -> None:
        self._kervan = kervan
        self._known: dict[str, dict[str, str]] = {}

    def __getitem__(self, path: str) -> str:
        """The same."""
        return self.address(path)

    def address(self, path: str) -> str:
        """Where a page's path has something to see; a room without a file is shown as it is."""
        room = pages.room_of(path)
        if room not in self._known:
            file = SAMPLES / f"{room}.py"
            prepare = runpy.run_path(str(file))["prepare"] if file.is_file() else lambda _: {}
            self._known[room] = prepare(self._kervan)
        found = self._known[room].get(path, path)
        assert "$" not in found, f"tests/console/samples/{room}.py names no address for {path}"
        return found


@pytest.fixture(scope="session")
def samples(kervan: Kervan) -> Samples:
    """The addresses of this worker's Kervan."""
    return Samples(kervan)
