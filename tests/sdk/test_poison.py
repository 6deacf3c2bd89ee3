"""Events that a public key may send and that must never stop the worker or history."""

import base64
import json
from urllib.request import Request, urlopen

from tests.sdk.door import Door, Sender

POISON = {
    "a key twice": b'{"a":1,"a":2}',
    "a path twice": b'{"a":{"b":1},"a.b":2}',
    "a value and an object under one key": b'{"a":1,"a":{"b":2}}',
    "an empty key": b'{"":1}',
    "a number past any": b'{"a":1e400}',
    "a long number": b'{"a":' + b"9" * 400 + b"}",
    "a longer number": b'{"a":' + b"9" * 400 + b".5}",
    "deep": b'{"a":' + b"[" * 55 + b"]" * 55 + b"}",
    "a long key": b'{"' + b"k" * 5000 + b'":1}',
    "many keys": b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(1000)) + b"}",
    "nothing storable": rb'{"a":"\u0000","b":"\ud83d","c":NaN}',
    "mixed kinds": b'{"a":[1,"x",null,{"b":[]}],"b":-0.0,"c":"2026-13-45T00:00:00Z"}',
    "markup": b'{"a":"<script>alert(1)</script>","b":"{{ 7*7 }}","c":"\'; drop table events; --"}',
}


def post(sender: Sender, body: bytes) -> int:
    key = base64.b64encode(f"{sender.key}:".encode()).decode()
    request = Request(sender.door.url + "/v1/batch", body, {"authorization": f"Basic {key}"})
    with urlopen(request, timeout=20) as answer:
        return int(answer.status)


def test_no_event_stops_history(door: Door) -> None:
    sender = door.sender("browser")
    events = [
        b'{"type":"track","event":"%s","anonymousId":"a1","messageId":"%s","properties":%s}'
        % (name.encode(), name.encode(), properties)
        for name, properties in POISON.items()
    ]
    assert post(sender, b'{"batch":[' + b",".join(events) + b"]}") == 200
    assert len(sender.wait(len(POISON))) == len(POISON)


def test_names_and_ids_may_hold_anything(door: Door) -> None:
    sender = door.sender("server")
    nasty = [
        "'; drop table person; --",
        "<b>x</b>",
        "{{ 7*7 }}",
        "%s %(x)s",
        "İı ə 😀",
        "\\'\"",
        "a\tb",
    ]
    events: list[dict[str, object]] = []
    for name in nasty:
        traits = {name: name, "firstName": name, "email": name, "phone": {"a": 1}}
        events += [
            {"type": "track", "event": name, "userId": name, "messageId": name},
            {"type": "identify", "userId": name, "messageId": f"i{name}", "traits": traits},
        ]
    assert post(sender, json.dumps({"batch": events}).encode()) == 200
    assert len(sender.wait(len(events))) == len(events)
