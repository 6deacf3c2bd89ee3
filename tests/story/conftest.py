"""The Kervan that stories are told to: started once, with sources of its own for each module."""

from collections.abc import Iterator

import pytest

from tests.story.running import NAMES_LIMIT, SMS_HOOK_SECRET, Kervan, running
from tests.unit.delivery.peer import Peer


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Peer]:
    """The mail server that Kervan sends to; it takes everything."""
    with Peer() as peer:
        yield peer


@pytest.fixture(scope="session")
def _running_kervan(mailbox: Peer) -> Iterator[Kervan]:
    with running(
        event_names_limit=NAMES_LIMIT,
        smtp_url=mailbox.url,
        mail_from="Shop <shop@ornek.test>",
        sms_hook_secret=SMS_HOOK_SECRET,
    ) as started:
        yield started


@pytest.fixture(scope="module")
def kervan(_running_kervan: Kervan, request: pytest.FixtureRequest) -> Kervan:
    """The running Kervan, with sources of the module's own."""
    return _running_kervan.told_by(request.module.__name__.rpartition("_")[2])


@pytest.fixture
def healthy(kervan: Kervan) -> Iterator[None]:
    """After the test all processes live and nothing unexpected was logged."""
    yield
    assert kervan.is_healthy(), kervan.log[-3000:]
