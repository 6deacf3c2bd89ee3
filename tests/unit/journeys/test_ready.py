"""Every ready-made journey plays its own tests, is written out whole, and may go live at once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kervan.content import company
from kervan.content.company import Company
from kervan.content.messages import apply as messages
from kervan.content.messages.definition import read
from kervan.journeys import apply, ready
from kervan.journeys import text as texts
from kervan.journeys.tested import suite
from kervan.journeys.tested.read import plain
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import apply as segments
from kervan.segments.definitions.store import Author

AT = datetime(2026, 11, 22, tzinfo=UTC)
SHOP = Company("Çınar Mağazacılık A.Ş.", "0123456789012345", "İzmir", "merhaba@shop.example")
KEYS = [one.key for one in ready.every()]
STORIES = {
    "abandoned-basket", "travel-search", "usage-drop", "fintech-onboarding", "welcome",
    "post-purchase", "win-back", "birthday", "price-drop", "back-in-stock", "review-request",
    "replenishment",
}  # fmt: skip


def _value(path: Path) -> Any:
    return plain(texts.read(path.read_text(encoding="utf-8")))


def test_which_there_are() -> None:
    assert set(KEYS) == STORIES
    for one in ready.every():
        assert one.journey.header.key == one.key
        assert one.channels()


@pytest.mark.parametrize("key", KEYS)
def test_its_tests(key: str) -> None:
    results = suite.run(ready.one(key).folder / suite.TESTS)
    assert len(results) > 1
    assert [one.name for one in results if one.failures] == []


def test_it_is_written_out_once(tmp_path: Path) -> None:
    written = ready.write(ready.one("win-back"), tmp_path / "mine")
    assert {one.name for one in written} == {
        "lapsed.yaml", "we_miss_you.yaml", "journey.yaml", "tests.yaml",
    }  # fmt: skip
    assert [one.failures for one in suite.run(tmp_path / "mine" / "tests.yaml")] == [()] * 5
    with pytest.raises(KervanError, match="is there already"):
        ready.write(ready.one("win-back"), tmp_path / "mine")
    with pytest.raises(KervanError, match="abandoned-basket"):
        ready.one("basket")


def test_all_may_go_live(postgres: Connection) -> None:
    """What is not compiled, what the law wants and the linter's errors keep it back; it raises."""
    company.save(postgres, "", SHOP, AT)
    for one in ready.every():
        for path in one.files():
            text, value = path.read_text(encoding="utf-8"), _value(path)
            if "segment" in value:
                wanted = segments.read(value["segment"])
                segments.apply(postgres, wanted, Author("oya", AT), 100)
            elif "message" in value:
                message = read(value["message"])
                assert all({*languages} == {*LOCALES} for languages in message.variants.values())
                messages.apply(postgres, message, AT, "oya", "TR")
            elif "journey" in value:
                apply.apply(postgres, text, AT, law="TR")
