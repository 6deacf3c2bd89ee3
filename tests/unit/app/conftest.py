"""An installation for the command line, and a ledger of consent that nobody listens to yet."""

from pathlib import Path

import pytest

from kervan.app import ground
from kervan.consent import ledger
from kervan.kernel import config as configuration
from kervan.kernel.config import Config
from tests.conftest import Urls


@pytest.fixture
def config(engines_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A prepared installation, which the command line finds too."""
    settings = {
        "postgres_url": engines_urls.postgres,
        "clickhouse_url": engines_urls.clickhouse,
        "workspace": engines_urls.workspace,
        "data": tmp_path,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"KERVAN_{name.upper()}", str(value))
    found = configuration.load()
    ground.prepare(found)
    return found


@pytest.fixture
def unheard(ears: None) -> None:
    """A process in which no command has wired the ears of the ledger yet; `ears` undoes it."""
    ledger.on_recorded.clear()
