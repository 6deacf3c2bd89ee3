"""Verimor's cloud switch (Bulutsantralim) as its public pages describe it, on a real socket.

[a] bulutsantralim.com/dokumanlar/api-dokumani, [b] developer.verimor.com.tr/switch, [c] the page
"Çağrı Başlatma" of Verimor's public Bulutsantralim-API repository. A simulator: it stands for the
switch in tests and shares no code with Kervan.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.simulators.http import Call, Reply, Simulator

ISTANBUL = timezone(timedelta(hours=3))
BURST = 100  # [b] originate: 3 requests a second, a burst of 100
# [c] 908505320000 within the country, 00493027590915 abroad
NUMBER = re.compile(r"90[0-9]{10}|00[1-9][0-9]{6,14}")


@dataclass
class Made:
    """A call that was begun."""

    uuid: str
    extension: str
    destination: str
    caller_id: str


class Switch(Simulator):
    """One switch with its key and extensions."""

    def __init__(self) -> None:
        super().__init__()
        self.key = "K12345678-1234-5678-4321-123456789012"  # [a] the form of a key
        self.extensions = {"1001", "1002"}
        self.made: list[Made] = []
        self.addresses: list[str] = []
        self.left = BURST

    def answer(self, call: Call) -> Reply:
        """One call."""
        split = urlsplit(call.target)
        # [a] GET with a query; [b] its OpenAPI also has POST with a form (or JSON) of the same
        sent = call.body.decode() if call.method == "POST" else split.query
        asked = {name: values[0] for name, values in parse_qs(sent).items()}
        if call.method not in ("GET", "POST") or split.path != "/originate":
            return Reply(404)
        self.addresses.append(call.target)
        if asked.get("key") != self.key:  # [b] every request names the key
            return Reply(401, b"invalid key")
        if self.left <= 0:  # [b] limits
            return Reply(429)
        self.left -= 1
        for name in ("extension", "destination"):  # [a] both are required
            if not asked.get(name):
                return Reply(400, f"{name} missing".encode())
        if asked["extension"] not in self.extensions:  # [a] the example of a refusal
            return Reply(400, f"extension {asked['extension']} not found".encode())
        if not NUMBER.fullmatch(asked["destination"]):
            return Reply(400, b"destination not valid")
        one = Made(
            str(uuid.uuid4()), asked["extension"], asked["destination"], asked.get("caller_id", "")
        )
        self.made.append(one)
        return Reply(200, one.uuid.encode())  # [a] 200 with the call_uuid as the body

    def event(self, made: Made, kind: str, at: datetime, **more: str) -> bytes:
        """[b] The fields of an event as an HTML form: ringing, answer, hangup, user_hangup."""
        fields = {
            "event_type": kind,
            "domain_id": "1234",
            "direction": "outbound",
            "caller_id_number": made.extension,
            "outbound_caller_id_number": made.caller_id or "908505320000",
            "destination_number": made.destination,
            "dialed_user": made.extension,
            "connected_user": made.extension if kind != "ringing" else "",
            "call_uuid": made.uuid,
            "start_stamp": stamp(at),
        }
        return urlencode(fields | more).encode()

    def hangup(self, made: Made, at: datetime, spoken_seconds: int) -> bytes:
        """[b] A hangup is the record of the call too; `answered` tells missed ones apart."""
        end = at + timedelta(seconds=10 + spoken_seconds)
        more = {
            "end_stamp": stamp(end), "answered": "true" if spoken_seconds else "false",
            "duration": str(10 + spoken_seconds), "recording_present": "false",
            "hangup_cause": "NORMAL_CLEARING" if spoken_seconds else "NO_ANSWER",
        }  # fmt: skip
        if spoken_seconds:
            more["answer_stamp"] = stamp(at + timedelta(seconds=10))
        return self.event(made, "hangup", at, **more)


def stamp(at: datetime) -> str:
    """A time as events write it: local, without a zone."""
    return at.astimezone(ISTANBUL).strftime("%Y-%m-%d %H:%M:%S")
