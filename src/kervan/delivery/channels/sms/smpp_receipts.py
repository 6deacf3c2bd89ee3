"""What SMSCs report of the parts of messages, by parameters and by text.

A receipt is known by its esm_class (SMPP 3.4, 5.2.12) or by its parameter receipted_message_id,
never by its text alone: anybody can write "id:… stat:DELIVRD" on a phone.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from kervan.delivery.channels.channel import Problem, Receipt
from kervan.delivery.channels.sms import smpp_pdu as pdu

Spelling = Literal["text", "decimal", "hexadecimal"]
"""How an SMSC writes its message ids; some write them differently in responses and receipts."""
State = Literal["delivered", "failed", "accepted", ""]

_RECEIPT, _INTERMEDIATE, _KIND = 0x04, 0x20, 0x3C
_TEXT = re.compile(rb"\b(id|stat|err):[ ]*([^\s]+)", re.IGNORECASE)
# 5.2.28 by number, and as appendix B writes it: DELIVRD, or DELIVERED, which five letters
# tell apart from the others. What is under way or unknown says nothing.
_STATES: dict[object, State] = {
    2: "delivered", 3: "failed", 4: "failed", 5: "failed", 6: "accepted", 8: "failed",
    "DELIV": "delivered", "EXPIR": "failed", "DELET": "failed", "UNDEL": "failed",
    "ACCEP": "accepted", "REJEC": "failed",
}  # fmt: skip


class Report(NamedTuple):
    """What a receipt says of one part: the SMSC's id for it, and its error code."""

    id: str
    state: State
    code: str


def spelt(written: str, spelling: Spelling) -> str:
    """An id in the one form in which ids are compared."""
    text = "".join(written.split())
    if spelling == "text":
        return text
    try:
        return str(int(text, 10 if spelling == "decimal" else 16))
    except ValueError:
        return text


def read(delivered: pdu.Delivered, spelling: Spelling) -> Report | None:
    """What a delivery reports; None when it is no receipt but something that somebody wrote.

    Parameters count for more than the text. `code` is the network's error in decimal, or the
    text's `err` as it stands ("000" is none).
    """
    kind = delivered.esm_class & _KIND
    given = delivered.tlvs.get(pdu.RECEIPTED_MESSAGE_ID)
    if given is None and kind not in (_RECEIPT, _INTERMEDIATE):
        return None
    # The first of a name counts: behind them stands the beginning of the message itself.
    found = reversed(_TEXT.findall(delivered.octets))
    said = {name.lower(): value for name, value in found}
    name = pdu.text_of(given if given else said.get(b"id", b""))
    number = delivered.tlvs.get(pdu.MESSAGE_STATE)
    word = said.get(b"stat", b"").decode("latin-1").upper()[:5]
    state = _STATES.get(number[0] if number else word, "")
    network = delivered.tlvs.get(pdu.NETWORK_ERROR_CODE, b"")
    code = str(int.from_bytes(network[1:3], "big")) if len(network) == 3 else _code(said)
    return Report(spelt(name, spelling), state, code)


def _code(said: dict[bytes, bytes]) -> str:
    code = said.get(b"err", b"").decode("latin-1")[:16]
    return "" if not code.strip("0") else code if code.isalnum() else ""


def receipt(report: Report, at: datetime, problems: Mapping[str, Problem]) -> Receipt | None:
    """What is told of a report, under the part's own id; None for what is still under way.

    `problems` are what the network's codes mean; without a meaning a failure may pass.
    """
    if report.state == "":
        return None
    problem, code = Problem.NONE, ""
    if report.state == "failed":
        problem, code = problems.get(report.code, Problem.SERVER), report.code
    return Receipt(report.state, at, report.id, None, problem, code)
