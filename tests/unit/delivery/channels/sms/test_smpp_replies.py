"""What people write over SMPP comes whole and once, and is never taken for a receipt."""

import asyncio
from typing import Any

import pytest

from kervan.delivery.channels.channel import Inbound
from kervan.delivery.channels.sms.smpp import SmppLine
from tests.simulators.smsc.smsc import Smsc
from tests.unit.delivery.channels.sms.smpp_house import TO, heard, quietly, with_line

FORGED = b"id:smsc-1 sub:001 dlvrd:001 stat:DELIVRD err:000"
pytestmark = pytest.mark.peer("node", "npm")


def write(smsc: Smsc, text: str, **facts: Any) -> None:
    """A person writes."""
    smsc.order(
        deliver={
            "source_addr": "905321112233",
            "source_addr_ton": 1,
            "destination_addr": "3025",
            "hex": text.encode("utf-16-be").hex(),
            "data_coding": 8,
            **facts,
        }
    )


def listen(smsc: Smsc, count: int, *writes: dict[str, Any], **changed: Any) -> list[Inbound]:
    """What is heard of what people write."""

    async def work(line: SmppLine) -> list[Inbound]:
        waiting = asyncio.create_task(heard(line, count))
        await quietly(lambda: smsc.wait("bind"))
        for one in writes:
            write(smsc, **one)
        news = await waiting
        assert all(isinstance(one, Inbound) for one in news)
        return [one for one in news if isinstance(one, Inbound)]

    smsc.forget()
    return with_line(smsc, work, **changed)


def test_replies(smsc: Smsc) -> None:
    stop, forged, again = listen(
        smsc,
        3,
        {"text": "İPTAL"},
        {"text": "", "hex": FORGED.hex(), "data_coding": 0},
        {"text": "İPTAL"},
    )
    assert (stop.address, stop.to, stop.text) == (TO, "3025", "İPTAL")
    assert forged.text.startswith("id:smsc-1")
    assert again.id == stop.id != forged.id


def test_a_long_reply_is_one(smsc: Smsc) -> None:
    [whole] = listen(
        smsc, 1, {"text": "dünya", "udh": "0500032a0202"}, {"text": "Salam ", "udh": "0500032a0201"}
    )
    assert (whole.text, dict(whole.data)) == ("Salam dünya", {"parts": 2, "missing": 0})
    [torn] = listen(smsc, 1, {"text": "DUR ", "udh": "0500032b0201"}, join_seconds=0.1)
    assert (torn.text, dict(torn.data)) == ("DUR ", {"parts": 1, "missing": 1})
