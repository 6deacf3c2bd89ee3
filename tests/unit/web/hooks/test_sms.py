"""The SMS door: who may knock, what is a refusal, and that one counts once and at once."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kervan.consent import suppress
from tests.unit.web.pages.preferences.opened import PHONE, Opened, opened
from tests.unit.web.visiting import Answer

SECRET = "s" * 32
BEARER = f"Bearer {SECRET}"


@pytest.fixture
def her(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Opened]:
    with opened(postgres_url, workspace, tmp_path) as found:
        yield found


def call(her: Opened, body: object, path: str = "/hooks/sms", **headers: str) -> Answer:
    """What a provider sends: JSON, or the bytes given."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return her.browser.ask("POST", path, raw, origin="", **headers)


def told(her: Opened) -> list[tuple[object, ...]]:
    """What the ledger has of it."""
    return her.rows("select channel, status, person from consent_event where source = 'sms'"
                    " order by id")  # fmt: skip


def test_a_refusal_in_her_own_spelling_stops_sms_and_no_more(her: Opened) -> None:
    sms = {"from": "905321234567", "text": " rEt. ", "id": "m-1"}
    for _ in range(3):
        answer = call(her, sms, authorization=BEARER)
        assert (answer.status, json.loads(answer.text)) == (200, {"refusal": True, "word": "RET"})
    assert not her.allowed("sms")
    assert her.allowed("email")
    assert told(her) == [("sms", "withdrawn", 1), ("whatsapp", "withdrawn", 1)]
    assert her.events()[0] == "Opted Out"


def test_what_is_no_refusal_changes_nothing(her: Opened) -> None:
    for text in ("durum nedir", "", "👍", "x" * 50_000):
        answer = call(her, {"from": PHONE, "text": text}, authorization=BEARER)
        assert json.loads(answer.text) == {"refusal": False}
    assert told(her) == []
    assert her.events() == []


def test_as_providers_write_it(her: Opened) -> None:
    form = urlencode({"source_addr": "0532 123 45 67", "content": "İPTAL", "message_id": 7})
    assert call(her, form.encode(), authorization=BEARER).status == 200
    form = urlencode({"msisdn": "+994501234567", "msg": "LƏĞV"})
    assert call(her, form.encode(), f"/hooks/sms/{SECRET}").status == 200
    assert told(her) == [
        ("sms", "withdrawn", 1), ("whatsapp", "withdrawn", 1),
        ("sms", "withdrawn", 0), ("whatsapp", "withdrawn", 0),
    ]  # fmt: skip


def test_who_asks_for_silence_is_suppressed(her: Opened) -> None:
    call(her, {"from": PHONE, "text": "STOP ALL"}, authorization=BEARER)
    contact = her.house.keys.blind("phone", PHONE)
    with her.house.connection() as conn:
        assert suppress.check(conn, [contact], "sms") == {contact: "stop"}


def test_only_whoever_has_the_secret_is_heard(her: Opened) -> None:
    body = json.dumps({"from": PHONE, "text": "RET"}).encode()
    sign = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    for headers in (
        {}, {"authorization": "Bearer x"}, {"authorization": SECRET},
        {"x_kervan_signature": "sha256=" + "0" * 64}, {"x_kervan_signature": sign},
    ):  # fmt: skip
        assert call(her, body, **headers).status == 401
    assert call(her, body + b" ", x_kervan_signature=f"sha256={sign}").status == 401
    for path in ("/hooks/sms/x", "/hooks/sms/" + "s" * 31, "/hooks/sms/%ff"):
        assert call(her, body, path).status == 401
    assert told(her) == []
    assert call(her, body, x_kervan_signature=f"sha256={sign}").status == 200
    assert len(told(her)) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422), (b"[]", 422), (b"\xff\xfe", 422), (b"", 422), (b"{" * 50_000, 422),
        ({"from": "KERVAN", "text": "RET"}, 422), ({"text": "RET"}, 422),
        ({"from": ["+905321234567"], "text": "RET"}, 422), (b"x" * 70_000, 413),
        ({"from": "5" * 10_000, "text": "RET"}, 422), ({"from": PHONE, "text": {"a": 1}}, 200),
        ({"from": PHONE, "text": "RET\u0000", "id": "\u0000"}, 200),
    ],
)  # fmt: skip
def test_bad_calls(her: Opened, body: object, status: int) -> None:
    answer = call(her, body, authorization=BEARER)
    assert answer.status == status, answer.text
    assert "Traceback" not in answer.text
