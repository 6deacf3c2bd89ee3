"""The Kervan that the stories of a module are told to."""

from collections.abc import Iterator

import pytest

from tests.story.running import Kervan, running

SETTINGS = "KERVAN_SETTINGS"


@pytest.fixture(scope="module")
def kervan(request: pytest.FixtureRequest) -> Iterator[Kervan]:
    """One Kervan, with what the module's KERVAN_SETTINGS say."""
    with running(**getattr(request.module, SETTINGS, {})) as started:
        yield started
