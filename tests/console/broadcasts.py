"""What tests of the console do with a broadcast that has been started."""

from playwright.sync_api import Page, expect

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan


def watch_to_the_end(page: Page, kervan: Kervan) -> None:
    """Stay on its page until Kervan is done with it, and the page has said so by itself."""
    where = f"/v1/broadcasts/{page.url.rpartition('/')[2]}/progress"
    until(
        lambda: kervan.get(where)["status"] == "done",
        lambda: f"{kervan.get(where)}\n{kervan.log[-4000:]}",
        PATIENCE_SECONDS,
    )
    # Nobody asks again: the stream says how it goes, and when it is over.
    expect(page.get_by_role("heading", level=1)).to_contain_text("done")
