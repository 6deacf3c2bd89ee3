"""Asks whether a free answer may still be sent: Meta's channels take one for a day after her word.

[doc] developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
("customer service windows") and messenger-platform/instagram/features/send-message (read 2026-11):
24 hours from her last message. Asked here, so that the next channel is taken at once; the provider
refuses what we did not know of.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kervan.content import versions
from kervan.content.texts.compile import CompiledText
from kervan.delivery import inbound
from kervan.delivery.books import Claim
from kervan.delivery.reach import Reached
from kervan.kernel.postgres import Connection

OPEN_FOR = dict.fromkeys(("whatsapp", "instagram", "messenger"), timedelta(hours=24))
"""How long after her last message each channel takes a free answer."""
_TEMPLATE = "template"
"""The field of what Meta has approved, which may go at any time."""


def shut(
    conn: Connection, claims: Sequence[Claim], mine: Sequence[Reached | None], at: datetime
) -> list[bool]:
    """For each claim of one channel whether it is a free answer that would come too late at `at`.

    Who has no address is told so by another reason.
    """
    channel = claims[0].subject.channel
    open_for = OPEN_FOR.get(channel)
    if open_for is None:
        return [False] * len(claims)
    free = _free(conn, {one.template_version for one in claims})
    asked = [
        reached.contact if reached is not None and claim.template_version in free else b""
        for claim, reached in zip(claims, mine, strict=True)
    ]
    wrote = inbound.latest(conn, channel, {one for one in asked if one})
    return [bool(one) and not (one in wrote and at < wrote[one] + open_for) for one in asked]


def _free(conn: Connection, ids: set[int]) -> set[int]:
    """Those of the template versions that say in no language which approved template they are.

    Which text a choice among several will take is not known yet: the provider judges it.
    """
    return {
        id_
        for id_, one in versions.find(conn, sorted(ids)).items()
        if isinstance(one, CompiledText)
        and not any(_TEMPLATE in variant.fields for variant in one.variants)
    }
