"""E-mail sources that the tests of this room share."""

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime

from kervan.content.compile import CompiledEmail, compile_email
from kervan.content.render import Rendered, render
from kervan.content.tokens import MessageLinks, Reached

KEY = b"k" * 32
LINKS = MessageLinks(
    KEY,
    1,
    uuid.UUID(int=1),
    "https://t.example",
    Reached(KEY, 2, b"c" * 16, datetime(2026, 11, 20, tzinfo=UTC)),
)


def source(body: str, **changes: object) -> dict[str, object]:
    """A mail whose one column holds `body`."""
    column = f"<mj-section><mj-column>{body}</mj-column></mj-section>"
    return {
        "subject": "Hello", "mjml": f"<mjml><mj-body>{column}</mj-body></mjml>",
        "from_name": "Shop", "from_email": "news@shop.example", "link_hosts": ["shop.example"],
        "language": "en", "purpose": "transactional", **changes,
    }  # fmt: skip


def compiled(body: str, **changes: object) -> CompiledEmail:
    """`source`, compiled."""
    return compile_email(source(body, **changes))


def text_of(body: str, context: dict[str, object] | None = None, **changes: object) -> str:
    """What the text part of one mj-text with `body` says."""
    return rendered(f"<mj-text>{body}</mj-text>", context, **changes).text.strip()


def rendered(body: str, context: dict[str, object] | None = None, **changes: object) -> Rendered:
    """`source`, compiled and rendered; the letters of its HTML as a reader sees them."""
    return read(render(compiled(body, **changes), context or {}, LINKS))


def read(found: Rendered) -> Rendered:
    """With letters for the numeric references that stand for them in the HTML."""
    shown = re.sub(r"&#(\d{3,7});", lambda code: chr(int(code[1])), found.html)
    return replace(found, html=shown)
