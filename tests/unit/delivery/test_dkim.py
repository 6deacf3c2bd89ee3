"""DKIM signatures as another implementation verifies them."""

import base64
import re
import uuid
from datetime import UTC, datetime

import dkim as peer
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings, strategies

from kervan.delivery.channels import dkim, mime
from kervan.kernel.errors import KervanError

_KEY = rsa.generate_private_key(65537, 2048)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _dns(name: bytes, timeout: int = 5) -> bytes:
    der = _KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert name == b"k1._domainkey.shop.example."
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def _letter(
    subject: str = "Sepetinde ürün kaldı",
    html: str = "<p>a  b</p> \n\n",
    text: str = "a \t b\n\n\n",
) -> mime.Letter:
    return mime.Letter(
        uuid.uuid4(),
        mime.Address("news@shop.example", "Şık Dükkân"),
        mime.Address("a@home.example"),
        subject,
        html,
        text,
        datetime.now(UTC),
        "https://shop.example/u/" + "x" * 300,
        mime.Address("help@shop.example"),
        ("a", "b"),
    )


def _good(raw: bytes) -> bool:
    return bool(peer.verify(raw, dnsfunc=_dns))


_SIGNER = dkim.Signer("shop.example", "k1", _pem(_KEY))


def test_another_implementation_verifies_and_sees_every_change() -> None:
    raw = mime.build(_letter(), _SIGNER)
    assert _good(raw)
    head, _, body = raw.partition(b"\r\n\r\n")
    signed = [line.strip() for line in head.split(b"b=")[0].split(b";") if b"h=" in line]
    for name in (b"list-unsubscribe", b"list-unsubscribe-post", b"from:from", b"subject", b"date"):
        assert name in signed[0].replace(b"\r\n ", b"")
    assert not _good(raw.replace(b"a@home", b"b@home"))
    assert not _good(raw.replace(b"One-Click", b"Two-Click"))
    assert not _good(raw.replace(b"/u/xxx", b"/u/yyy"))
    assert not _good(head + b"\r\nFrom: <evil@shop.example>\r\n\r\n" + body)
    assert not _good(raw.replace(b"<p>", b"<q>"))
    assert max(map(len, head.split(b"\r\n"))) <= 998


@settings(max_examples=25, deadline=None)
@given(strategies.text(max_size=80), strategies.text(max_size=300), strategies.text(max_size=300))
def test_any_mail_verifies(subject: str, html: str, text: str) -> None:
    assert _good(mime.build(_letter(subject, html, text), _SIGNER))


@given(strategies.lists(strategies.sampled_from([b" ", b"\t", b"\r\n", b"a", b"b"]), max_size=40))
def test_relaxed_bodies_as_another_implementation_makes_them(pieces: list[bytes]) -> None:
    body = b"".join(pieces) + b"\r\n"
    theirs = peer.canonicalization.Relaxed.canonicalize_body(body)
    assert dkim.relaxed_body(body) == (theirs if theirs != b"\r\n" else b"")


@pytest.mark.parametrize(
    ("domain", "selector", "pem", "code"),
    [
        ("shop.example", "k1", b"nonsense", "delivery.dkim_key_invalid"),
        (
            "shop.example",
            "k1",
            _pem(ec.generate_private_key(ec.SECP256R1())),
            "delivery.dkim_key_invalid",
        ),
        ("shop.example;\r\n", "k1", _pem(_KEY), "delivery.dkim_name_invalid"),
        ("shop.example", "k 1", _pem(_KEY), "delivery.dkim_name_invalid"),
    ],
)
def test_keys_and_names_that_cannot_sign(domain: str, selector: str, pem: bytes, code: str) -> None:
    with pytest.raises(KervanError) as error:
        dkim.Signer(domain, selector, pem)
    assert error.value.code == code


def test_no_settings_no_signature_and_an_unreadable_key_is_said() -> None:
    assert dkim.load("", "", "") is None
    with pytest.raises(KervanError) as error:
        dkim.load("shop.example", "k1", "/nowhere/key.pem")
    assert error.value.code == "delivery.dkim_key_unreadable"


@given(
    strategies.lists(
        strategies.sampled_from([" ", "  ", "\t", "\r\n", "a", "<b>", " " * 9, "."]), max_size=200
    )
)
def test_the_relaxed_body_is_that_of_the_standard(pieces: list[str]) -> None:
    body = "".join([*pieces, "\r\n"]).encode()
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    assert dkim.relaxed_body(body) == b"".join(line + b"\r\n" for line in lines)
