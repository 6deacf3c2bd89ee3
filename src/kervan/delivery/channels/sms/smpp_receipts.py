"""What SMSCs report of messages, and which message it is: parts put together, early ones kept.

A receipt is known by its esm_class (SMPP 3.4, 5.2.12) or by its parameter receipted_message_id,
never by its text alone: anybody can write "id:… stat:DELIVRD" on a phone.
"""

import re
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from kervan.delivery.channels.channel import Problem, Receipt
from kervan.delivery.channels.sms import smpp_pdu as pdu

Spelling = Literal["text", "decimal", "hexadecimal"]
"""How an SMSC writes its message ids; some write them differently in responses and receipts."""
State = Literal["delivered", "failed", "accepted", ""]

_RECEIPT, _INTERMEDIATE, _KIND = 0x04, 0x20, 0x3C
_TEXT = re.compile(rb"\b(id|stat|err):[ ]*([^\s]+)", re.IGNORECASE)
# 5.2.28 by number, and as appendix B writes it. What is under way or unknown says nothing.
_STATES: dict[object, State] = {
    2: "delivered", 3: "failed", 4: "failed", 5: "failed", 6: "accepted", 8: "failed",
    "DELIVRD": "delivered", "EXPIRED": "failed", "DELETED": "failed", "UNDELIV": "failed",
    "ACCEPTD": "accepted", "REJECTD": "failed",
}  # fmt: skip
_MOST_KNOWN = 100_000
_MOST_EARLY = 10_000


class Report(NamedTuple):
    """What a receipt says of one part: the SMSC's id for it, and its error code."""

    id: str
    state: State
    code: str


class Tale(NamedTuple):
    """What a delivery (its `token`) amounts to: a receipt to tell, or nothing new."""

    receipt: Receipt | None
    token: object


class _Early(NamedTuple):
    ticket: int
    reports: list[tuple[Report, datetime, object]]


@dataclass(slots=True)
class Group:
    """The parts of one message: their ids as the SMSC told them, and what became of each."""

    message: uuid.UUID
    ids: list[str]
    states: dict[int, State] = field(default_factory=dict)
    """By the part's index; one that was certainly never taken counts as failed."""

    @property
    def reference(self) -> str:
        """The ids of all parts that have one."""
        return " ".join([one for one in self.ids if one])


def spelt(written: str, spelling: Spelling) -> str:
    """An id in the one form in which ids are compared."""
    text = written.strip()
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
    said = {name.lower(): value for name, value in _TEXT.findall(delivered.octets)}
    name = pdu.text_of(given if given else said.get(b"id", b""))
    number = delivered.tlvs.get(pdu.MESSAGE_STATE)
    word = said.get(b"stat", b"").decode("latin-1").upper()[:7]
    state = _STATES.get(number[0] if number else word, "")
    network = delivered.tlvs.get(pdu.NETWORK_ERROR_CODE, b"")
    code = str(int.from_bytes(network[1:3], "big")) if len(network) == 3 else _code(said)
    return Report(spelt(name, spelling), state, code)


def _code(said: dict[bytes, bytes]) -> str:
    code = said.get(b"err", b"").decode("latin-1")[:16]
    return "" if not code.strip("0") else code if code.isalnum() else ""


class Ledger:
    """Which id is a part of which message; kept in memory, for the last 100,000 ids.

    A receipt may come before the response that names its id. So one with an unknown id waits until
    every part that was under way when it came has its answer; only then it is told as it stands.
    """

    def __init__(self, problems: dict[str, Problem]) -> None:
        self._problems = problems
        self._known: OrderedDict[str, tuple[Group, int]] = OrderedDict()
        self._under_way: dict[int, None] = {}
        self._ticket = 0
        self._early: dict[str, _Early] = {}

    def ask(self) -> int:
        """A ticket for a part that goes out now."""
        self._ticket += 1
        self._under_way[self._ticket] = None
        return self._ticket

    def answered(self, ticket: int) -> list[Tale]:
        """The part of `ticket` has its answer, or will have none: what need not wait any more."""
        self._under_way.pop(ticket, None)
        oldest = next(iter(self._under_way), self._ticket + 1)
        free: list[Tale] = []
        while self._early:
            name, early = next(iter(self._early.items()))
            if early.ticket >= oldest:
                break
            free += self._release(name)
        return free

    def name(self, group: Group, index: int, written: str) -> list[Tale]:
        """The SMSC calls a part so; what it reported of it before is told now."""
        group.ids[index] = written
        self._know(group, index)
        return self._release(written)

    def _release(self, name: str) -> list[Tale]:
        early = self._early.pop(name, None)
        return [self._tell(*one) for one in early.reports] if early else []

    def _know(self, group: Group, index: int) -> None:
        self._known[group.ids[index]] = (group, index)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

    def recall(self, message: uuid.UUID, reference: str) -> None:
        """A message of an earlier run."""
        group = Group(message, reference.split(" "))
        for index, one in enumerate(group.ids):
            if one and one not in self._known:
                self._know(group, index)

    def lose(self, group: Group, index: int) -> None:
        """A part was never taken, so the message will not be whole."""
        group.states[index] = "failed"

    def take(self, report: Report, at: datetime, token: object) -> Tale | None:
        """What a receipt amounts to; None while it must wait for a name."""
        if report.state == "":
            return Tale(None, token)
        waits = report.id not in self._known and self._under_way and len(self._early) < _MOST_EARLY
        if not waits:
            return self._tell(report, at, token)
        early = self._early.setdefault(report.id, _Early(self._ticket, []))
        early.reports.append((report, at, token))
        return None

    def _tell(self, report: Report, at: datetime, token: object) -> Tale:
        group, index = self._known.get(report.id, (None, 0))
        if group is None:
            return Tale(self._receipt(report.state, at, report.code, report.id, None), token)
        if group.states.get(index) != "delivered":
            group.states[index] = report.state
        state = _whole(group)
        if state == "":
            return Tale(None, token)
        code = report.code if state == "failed" else ""
        return Tale(self._receipt(state, at, code, group.reference, group.message), token)

    def _receipt(
        self, state: State, at: datetime, code: str, reference: str, message: uuid.UUID | None
    ) -> Receipt:
        assert state
        problem = Problem.NONE
        if state == "failed":
            problem = self._problems.get(code, Problem.SERVER)
        return Receipt(state, at, reference, message, problem, code)


def _whole(group: Group) -> State:
    """What the message has come to: failed with its first part, delivered with its last."""
    states = [group.states.get(index, "") for index in range(len(group.ids))]
    if "failed" in states:
        return "failed"
    if "" in states:
        return ""
    return "delivered" if all(state == "delivered" for state in states) else "accepted"
