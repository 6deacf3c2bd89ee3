"""Sends a fresh link to somebody's own page, to the address that an old link was made for."""

from datetime import datetime, timedelta

import msgspec

from kervan.content import store as templates
from kervan.delivery import outbox
from kervan.delivery.confirmations import JOURNEY
from kervan.delivery.letters.write import FRESH_LINK, letter
from kervan.delivery.states import TRANSACTIONAL
from kervan.kernel import clock, ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_TOGETHER_SECONDS = 600
"""Presses within this time are one: a double click is no second mail."""
_LIVES = timedelta(days=1)


def send(
    conn: Connection,
    vault: WorkspaceVault,
    contact: bytes,
    person: int,
    at: datetime,
    *,
    shop: str,
    language: str,
    brand: str = "",
) -> int:
    """Intend one mail to `contact` (blind hash of an e-mail of `person`); 0 if one is under way.

    `shop` is what the mail calls the sender, `brand` whose page the link opens.
    """
    window = int(at.timestamp()) // _TOGETHER_SECONDS
    at_ms = clock.to_ms(at)
    wanted = outbox.Intents(
        key=[ids.hash16(b"fresh link", contact, b"%d" % window)],
        person=[person],
        journey=[JOURNEY],
        version=[1],
        step=[FRESH_LINK],
        run=[0],
        channel=["email"],
        message_class=[TRANSACTIONAL],
        template_version=[templates.save(conn, letter(FRESH_LINK, language))],
        context=[msgspec.json.encode({"shop": shop})],
        at_ms=[at_ms],
        not_before_ms=[at_ms],
        expires_ms=[clock.to_ms(at + _LIVES)],
        contact=[contact],
        brand=[brand],
    )
    return outbox.intend(conn, vault, wanted)
