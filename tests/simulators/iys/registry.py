"""The simulated registry itself: its records, its changes and its queue, without any wire.

A simulator: it stands for İYS in tests and shares no code with Kervan.
"""

import hashlib
import itertools
import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.simulators.iys import rules
from tests.simulators.iys.rules import Fault, Record

Key = tuple[str, str, str]
"""recipient, recipient type, type."""


@dataclass(frozen=True)
class Change:
    """One change of a record; `cursor` is what a reader says to go on after it."""

    cursor: str
    key: Key
    record: Record

    def as_json(self) -> dict[str, Any]:
        """The form in which it travels."""
        recipient, recipient_type, kind = self.key
        return {
            "consentDate": rules.write_date(self.record.consent_at),
            "creationDate": rules.write_date(self.record.created_at),
            "source": self.record.source,
            "recipient": recipient,
            "recipientType": recipient_type,
            "status": self.record.status,
            "type": kind,
            "transactionId": self.record.transaction,
        }


@dataclass
class Part:
    """One consent of a batch on its way through the queue."""

    index: int
    consent: dict[str, Any]
    id: str
    queued_at: datetime
    status: str = "enqueue"
    fault: Fault | None = None
    record: Record | None = None

    def as_json(self) -> dict[str, Any]:
        """Its result as the registry tells it."""
        told: dict[str, Any] = {"index": self.index, "status": self.status, "subrequestId": self.id}
        if self.fault is not None:
            told["error"] = {"code": self.fault.code, "message": self.fault.message}
        if self.record is not None:
            told["transactionId"] = self.record.transaction
            told["creationDate"] = rules.write_date(self.record.created_at)
        return told


@dataclass
class Registry:
    """One brand's records; `now` is its clock, `seed` makes its odd orders repeatable.

    What is queued is processed a minute later, or when its results have been asked for; with
    `held_back` not until `work` is called.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    holidays: frozenset[date] = frozenset()
    seed: int = 1
    held_back: bool = False
    records: dict[Key, Record] = field(default_factory=dict)
    log: list[Change] = field(default_factory=list)
    requests: dict[str, list[Part]] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    """Every consent that ever changed a record, in order: whoever sends twice is seen here."""
    offered: list[dict[str, Any]] = field(default_factory=list)
    """Every consent that ever came, accepted or not."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._random = random.Random(self.seed)
        self.lock = threading.RLock()

    def add(self, consent: Any) -> Record | list[Fault]:
        """Take one consent at once, or say why not."""
        with self.lock:
            self.offered.append(consent)
            faults = rules.shape_faults(consent)
            return faults or self._apply(consent)

    def request(self, consents: Any) -> tuple[str, list[Part]] | list[tuple[int, Fault]]:
        """Queue a batch; malformed consents refuse the whole of it, each with its index."""
        with self.lock:
            if not isinstance(consents, list) or not consents:
                return [(0, Fault(rules.INVALID, (), "Yığın boş olamaz."))]
            faults = [
                (index, fault)
                for index, consent in enumerate(consents, 1)
                for fault in rules.shape_faults(consent)
            ]
            if faults:
                return faults
            self.offered += consents
            name = self._id("request")
            parts = [
                Part(index, consent, self._id("part"), self.now())
                for index, consent in enumerate(consents, 1)
            ]
            self.requests[name] = parts
            return name, parts

    def work(self, since: datetime | None = None) -> int:
        """Process what is queued (since), in an order of the registry's own; gives how many."""
        with self.lock:
            waiting = [
                part
                for parts in self.requests.values()
                for part in parts
                if part.status == "enqueue" and (since is None or part.queued_at <= since)
            ]
            self._random.shuffle(waiting)
            for part in waiting:
                answer = self._apply(part.consent)
                if isinstance(answer, Record):
                    part.status, part.record = "success", answer
                else:
                    part.status, part.fault = "failure", answer[0]
            return len(waiting)

    def results(self, name: str) -> list[dict[str, Any]] | None:
        """What became of a batch, in no particular order; None for an unknown one.

        The first question finds the batch still queued; it is worked off after the answer.
        """
        with self.lock:
            parts = self.requests.get(name)
            if parts is None:
                return None
            told = [part.as_json() for part in parts]
            self._random.shuffle(told)
            if not self.held_back:
                self.work()
            return told

    def status(self, recipient: str, recipient_type: str, kind: str) -> dict[str, Any] | None:
        """The record of one address, None when there is none."""
        with self.lock:
            if not self.held_back:
                self.work(self.now() - timedelta(minutes=1))
            record = self.records.get((recipient, recipient_type, kind))
            return (
                Change("", (recipient, recipient_type, kind), record).as_json() if record else None
            )

    def citizen(
        self,
        recipient: str,
        kind: str,
        status: str,
        source: str = "IYS_WEB",
        *,
        merchant: bool = False,
    ) -> Record:
        """What a citizen says at the registry herself; her word needs no date of ours."""
        with self.lock:
            key = (recipient, "TACIR" if merchant else "BIREYSEL", kind)
            return self._keep(key, status, self.now().replace(microsecond=0), source)

    def changes(self, source: str, after: str, limit: int) -> tuple[list[Change], str]:
        """Changes of one side (HS or IYS) of the last 7 days less the last hour, and a cursor."""
        with self.lock:
            now = self.now()
            seen = [
                one
                for one in self.log
                if one.record.source.startswith(f"{source}_")
                and now - timedelta(days=7) <= one.record.created_at <= now - timedelta(hours=1)
                and (not after or self._place(one.cursor) > self._place(after))
            ][:limit]
            return seen, seen[-1].cursor if seen else after

    def day(self, wanted: date) -> list[Change] | Fault:
        """All changes of one past day, at most seven days back."""
        with self.lock:
            today = self.now().astimezone(rules.TURKEY).date()
            if not today - timedelta(days=7) <= wanted < today:
                message = "Bu gün için dosya alınamaz."
                return Fault(rules.DATE_OUT_OF_REACH, ("reportDate",), message)
            return [
                one
                for one in self.log
                if one.record.created_at.astimezone(rules.TURKEY).date() == wanted
            ]

    def _apply(self, consent: dict[str, Any]) -> Record | list[Fault]:
        key = (consent["recipient"], consent["recipientType"], consent["type"])
        now = self.now()
        fault = rules.rule_fault(consent, self.records.get(key), now, self.holidays)
        if fault is not None:
            return [fault]
        self.taken.append(consent)
        text = consent.get("consentDate")
        when = rules.read_date(text) if text else now.replace(microsecond=0)
        return self._keep(key, consent["status"], when, consent.get("source") or "HS_WEB")

    def _keep(self, key: Key, status: str, when: datetime, source: str) -> Record:
        record = Record(status, when, source, self.now(), self._id("transaction"))
        self.records[key] = record
        stamp = int(record.created_at.timestamp() * 1000)
        cursor = f"{stamp}_{len(self.log):08d}_{record.transaction[:8]}"
        self.log.append(Change(cursor, key, record))
        return record

    def _place(self, cursor: str) -> int:
        try:
            return int(cursor.split("_")[1])
        except (IndexError, ValueError):
            return -1

    def _id(self, kind: str) -> str:
        digest = hashlib.sha256(f"{self.seed} {kind} {next(self._numbers)}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16]))
