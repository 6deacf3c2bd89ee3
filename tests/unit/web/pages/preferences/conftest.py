"""Her page, open in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.web.pages.preferences.opened import Opened, opened


@pytest.fixture
def her(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Opened]:
    with opened(postgres_url, workspace, tmp_path) as found:
        yield found
