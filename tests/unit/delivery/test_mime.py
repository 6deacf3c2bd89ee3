"""Mails as the standard library reads them: what was meant is what stands there, on its lines."""

import email
import email.policy
import re
import uuid
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings, strategies

from kervan.delivery.channels import mime
from kervan.delivery.channels.mime import Address, Letter
from kervan.kernel.errors import KervanError

_ID = uuid.UUID("0198c0de-0000-7000-8000-000000000001")
_URL = "https://shop.example/u/" + "t" * 38


def letter(**changes: object) -> Letter:
    values: dict[str, object] = {
        "message": _ID,
        "sender": Address("news@shop.example", "Şık Dükkân"),
        "recipient": Address("ayse@home.example"),
        "subject": "Sepetinde ürün kaldı, Ayşe",
        "html": "<p>Merhaba Ayşe</p>",
        "text": "Merhaba Ayşe",
        "unsubscribe_url": _URL,
        "at": datetime(2026, 11, 21, 10, 30, tzinfo=UTC),
        "feedback": ("cart", "v 1", "mail"),
    }
    return Letter(**(values | changes))  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_says_what_was_meant() -> None:
    raw = mime.build(letter(), None)
    parsed = read(raw)
    assert parsed["subject"] == "Sepetinde ürün kaldı, Ayşe"
    assert parsed["from"].addresses[0].display_name == "Şık Dükkân"
    assert parsed["from"].addresses[0].addr_spec == "news@shop.example"
    assert parsed["to"].addresses[0].addr_spec == "ayse@home.example"
    assert parsed["message-id"] == f"<{_ID.hex}@shop.example>"
    assert parsed["date"].datetime == datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    assert parsed["feedback-id"] == "cart:v-1:mail"
    assert parsed.get_content_type() == "multipart/alternative"
    assert body(parsed, "plain").strip() == "Merhaba Ayşe"
    assert body(parsed, "html").strip() == "<p>Merhaba Ay&#351;e</p>"
    assert raw.isascii()


@pytest.mark.parametrize("length", [30, 300, 900])
def test_one_click_unsubscribe_stands_on_one_line(length: int) -> None:
    url = "https://shop.example/u/" + "x" * length
    raw = mime.build(letter(unsubscribe_url=url), None)
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_an_unsubscribe_url_too_long_or_unsound_is_refused() -> None:
    for url in ("https://shop.example/" + "x" * 1000, "https://a.example/>\r\nBcc: <x@y>", "a b"):
        with pytest.raises(KervanError):
            mime.build(letter(unsubscribe_url=url), None)


def test_what_may_not_be_refused_has_no_unsubscribe_header() -> None:
    assert b"List-Unsubscribe" not in mime.build(letter(unsubscribe_url=""), None)


@settings(max_examples=60, deadline=None)
@given(strategies.text(max_size=400))
def test_any_subject_survives_on_one_logical_line(subject: str) -> None:
    raw = mime.build(letter(subject=subject), None)
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    names = [line.partition(b":")[0] for line in re.sub(rb"\r\n[ \t]", b" ", head).split(b"\r\n")]
    assert names == [
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"MIME-Version",
        b"Content-Type",
        b"List-Unsubscribe",
        b"List-Unsubscribe-Post",
        b"Feedback-ID",
    ]
    for line in head.split(b"\r\n"):
        if b"=?utf-8?" in line:
            assert len(line) <= 78
            assert all(len(word) <= 75 for word in line.split() if word.startswith(b"=?"))
    expected = " ".join(mime.clean(subject).split())
    assert " ".join(str(read(raw)["subject"]).split()) == expected


@settings(max_examples=60, deadline=None)
@given(strategies.text(max_size=120))
def test_any_display_name_is_a_name_and_no_address(name: str) -> None:
    parsed = read(mime.build(letter(sender=Address("news@shop.example", name)), None))
    [sender] = parsed["from"].addresses
    assert sender.addr_spec == "news@shop.example"
    # The reader puts a blank between encoded words of a phrase, which RFC 2047 §6.2 forbids.
    assert "".join(sender.display_name.split()) == "".join(mime.clean(name).split())


_LETTERS = strategies.characters(exclude_categories=("Cs", "Cc")) | strategies.just("\n")


@settings(max_examples=60, deadline=None)
@given(strategies.text(alphabet=_LETTERS, max_size=2000))
def test_any_text_survives_its_encoding(text: str) -> None:
    content, how = mime._part(text)
    raw = (
        b"Content-Type: text/plain; charset=utf-8\r\nMIME-Version: 1.0\r\n"
        b"Content-Transfer-Encoding: " + how + b"\r\n\r\n" + content
    )
    parsed = email.message_from_bytes(raw)
    decoded = parsed.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    read_back = decoded.decode().replace("\r\n", "\n")
    assert read_back.rstrip("\n") == text.rstrip("\n")
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Hello\n" * 50, b"7bit"),
        ("x" * 5000, b"quoted-printable"),
        ("Merhaba, sepetinde bir ürün kaldı.\n" * 20, b"quoted-printable"),
        ("Здравствуйте, вы забыли товар\n" * 20, b"base64"),
    ],
)
def test_the_lightest_encoding_is_chosen(text: str, how: bytes) -> None:
    assert mime._part(text)[1] == how


def test_style_sheets_keep_their_letters() -> None:
    html = '<style>p::after{content:"ş"}</style><p>ş</p>'
    content, how = mime._html_part(html)
    assert how == b"quoted-printable"
    assert b"=C5=9F" in content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ayse@home.example", "ayse@home.example"),
        (" Ayse.K+x@Home.Example ", "Ayse.K+x@home.example"),
        ("ayse@şirket.com.tr", "ayse@" + "şirket.com.tr".encode("idna").decode()),
        ("ayşe@home.example", "ayşe@home.example"),
    ],
)
def test_addresses_become_what_smtp_takes(text: str, expected: str) -> None:
    assert mime.parse_address(text).address == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b c.example",
        "a@b.example>",
        "a\r\n@b.c",
        "a@b.example\r\nBcc: x@y.example",
        "a..b@c.example",
        ".a@b.example",
        "a@-b.example",
        "a@b..c",
        "a" * 65 + "@b.example",
        "a,b@c.example",
        '"a b"@c.example',
        "ş ş@c.example",
        "a@[127.0.0.1]",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(KervanError, match=r"."):
        mime.parse_address(text)


def test_a_mailbox_with_a_name() -> None:
    assert mime.parse_mailbox('"Şık Dükkân" <news@shop.example>') == Address(
        "news@shop.example", "Şık Dükkân"
    )
