"""Shoppers who send over HTTP, lose answers on the way, and try again as SDKs do."""

import base64
import http.client
import itertools
import json
import threading
import time
from dataclasses import dataclass, field
from random import Random

_TRIPS = 5
_PAUSE_SECONDS = 0.05
_PATIENCE_SECONDS = 8
_LOST_ANSWERS = 0.04
_GIVEN_UP = 0.1


@dataclass
class Trip:
    """One shopper's visit: what she did before and after she said who she is."""

    user: str
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    order: str = ""
    adds: bool = True
    acknowledged: bool = False
    """Both halves got their 200; until then each may or may not have arrived."""

    @property
    def ids(self) -> list[str]:
        """The message ids of all her events."""
        return self.before + self.after


class Client(threading.Thread):
    """One sender with its own connection; a batch is repeated until its 200 or given up."""

    def __init__(self, number: int, port: int, key: str, seed: int) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self.trips: list[Trip] = []
        self.open = 0
        self.repeated = 0
        self.sent_events = 0
        self.problems: list[str] = []
        self._number = number
        self._port = port
        self._random = Random(seed * 10 + number)
        token = base64.b64encode(f"{key}:".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        self._line: http.client.HTTPConnection | None = None
        self._count = itertools.count()
        self._go = threading.Event()
        self._idle = threading.Event()
        self._end = threading.Event()

    def resume(self) -> None:
        """Begin, or go on."""
        self._idle.clear()
        self._go.set()

    def pause(self) -> None:
        """Stop after the batch under way."""
        self._go.clear()

    def wait_idle(self, deadline: float) -> bool:
        """Whether the last batch was answered in time."""
        return self._idle.wait(max(0.0, deadline - time.monotonic()))

    def end(self) -> None:
        """Stop for good."""
        self._end.set()
        self._go.set()

    def run(self) -> None:
        """Send trips while it may."""
        while not self._end.is_set():
            if not self._go.is_set():
                self._idle.set()
                self._go.wait(0.2)
                continue
            try:
                self._batch()
            except Exception as error:  # noqa: BLE001 - told to the test, which fails
                self.problems.append(f"{type(error).__name__}: {error}")
                self._go.clear()
            time.sleep(_PAUSE_SECONDS * self._random.random())

    def _batch(self) -> None:
        trips = [self._trip() for _ in range(_TRIPS)]
        known = [trip for trip in self.trips if trip.acknowledged]
        self.trips += trips
        arrived = self._post([event for trip in trips for event in self._before(trip)])
        if not arrived:
            return
        events = [event for trip in trips for event in self._after(trip)]
        if known and self._random.random() < 0.5:
            # Somebody who was here before puts one more thing into her basket.
            again = self._random.choice(known)
            again.acknowledged = False
            trips.append(again)
            again.after.append(self._id())
            events.append(self._event("Product Added", again.after[-1], userId=again.user))
        if self._post(events):
            for trip in trips:
                trip.acknowledged = True

    def _trip(self) -> Trip:
        return Trip(user=f"u{self._number}-{next(self._count)}")

    def _id(self) -> str:
        return f"m{self._number}-{next(self._count)}"

    def _before(self, trip: Trip) -> list[dict[str, object]]:
        trip.before = [self._id(), self._id()]
        return [
            self._event("Product Viewed", one, anonymousId=f"a-{trip.user}") for one in trip.before
        ]

    def _after(self, trip: Trip) -> list[dict[str, object]]:
        who = {"userId": trip.user, "anonymousId": f"a-{trip.user}"}
        trip.after = [self._id() for _ in range(4)]
        trip.adds = self._random.random() < 0.8
        name = "Product Added" if trip.adds else "Product Viewed"
        events = [
            {
                "type": "identify",
                "messageId": trip.after[0],
                **who,
                "traits": {"email": f"{trip.user}@ornek.test", "firstName": "Irmak"},
            },
            self._event(name, trip.after[1], **who),
            self._event(name, trip.after[2], **who),
            self._event("Product Viewed", trip.after[3], **who),
        ]
        if self._random.random() < 0.5:
            trip.order = f"o-{trip.user}"
            trip.after.append(self._id())
            events.append(
                self._event(
                    "Order Completed",
                    trip.after[-1],
                    **who,
                    properties={"order_id": trip.order, "value": 10, "currency": "TRY"},
                )
            )
        return events

    def _event(self, name: str, message: str, **more: object) -> dict[str, object]:
        return {
            "type": "track",
            "event": name,
            "messageId": message,
            "properties": {"product_id": "p1", "price": 10},
            **more,
        }

    def _post(self, events: list[dict[str, object]]) -> bool:
        """Whether the batch was acknowledged; False when it was given up."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        body = json.dumps({"batch": [{**one, "timestamp": stamp} for one in events]})
        self.open = 1
        try:
            while not self._end.is_set():
                status = self._try(body)
                if status == 200:
                    self.sent_events += len(events)
                    return True
                if 400 <= status < 500 and status != 429:
                    raise AssertionError(f"answered {status}, and SDKs throw such a batch away")
                self.repeated += 1
                if self._random.random() < _GIVEN_UP:
                    return False
                time.sleep(0.1 + 0.2 * self._random.random())
            return False
        finally:
            self.open = 0

    def _try(self, body: str) -> int:
        """The answer's status; 0 when there was none, or when it was lost on the way."""
        try:
            if self._line is None:
                self._line = http.client.HTTPConnection(
                    "127.0.0.1", self._port, timeout=_PATIENCE_SECONDS
                )
            self._line.request("POST", "/v1/batch", body.encode(), self._headers)
            if self._random.random() < _LOST_ANSWERS:
                time.sleep(0.05)
                raise ConnectionError("the answer was lost on the way")
            with self._line.getresponse() as answer:
                answer.read()
                return answer.status
        except (OSError, http.client.HTTPException):
            if self._line is not None:
                self._line.close()
            self._line = None
            return 0
