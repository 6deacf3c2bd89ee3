"""Builds one e-mail as bytes: structured headers, two alternative bodies, nothing to inject.

RFC 5322, 2045-2047, 2369, 8058. Own headers because the standard library folds a long
List-Unsubscribe into encoded words, which makes one-click unsubscribing impossible.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from uuid import UUID

import idna

from kervan.delivery.channels.dkim import Signer
from kervan.kernel.errors import KervanError

MAX_LINE_OCTETS = 998
_PLAIN, _HTML = (
    b"\r\nContent-Type: text/" + kind + b"; charset=utf-8\r\nContent-Transfer-Encoding: "
    for kind in (b"plain", b"html")
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: a display name and an address whose domain is in ASCII (A-labels)."""

    address: str
    name: str = ""

    def header(self) -> bytes:
        """As written into From, To or Reply-To."""
        if not self.name:
            return b"<" + self.address.encode() + b">"
        return phrase(self.name) + b" <" + self.address.encode() + b">"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one e-mail says and to whom; `unsubscribe_url` only for what one may refuse."""

    message: UUID
    sender: Address
    recipient: Address
    subject: str
    html: str
    text: str
    at: datetime
    unsubscribe_url: str = ""
    reply_to: Address | None = None
    feedback: tuple[str, ...] = field(default=())


def parse_address(text: str, name: str = "") -> Address:
    """Read `user@domain`; the domain becomes ASCII by UTS 46. Raises delivery.address_invalid."""
    local, at, domain = text.strip().rpartition("@")
    if not at or len(local.encode()) > 64:
        raise KervanError("delivery.address_invalid")
    if local.isascii():
        good = _ATOM.fullmatch(local) is not None
    else:
        good = local.isprintable() and not re.search(r'[\s<>()\[\]:;@\\,"]', local)
    try:
        ascii_domain = domain.lower() if domain.isascii() else ""
        if not ascii_domain:
            ascii_domain = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        good = False
        ascii_domain = ""
    if not good or not _is_host(ascii_domain):
        raise KervanError("delivery.address_invalid")
    return Address(f"{local}@{ascii_domain}", name)


def parse_mailbox(text: str) -> Address:
    """Read `Name <user@domain>` or `user@domain`. Raises delivery.address_invalid."""
    name, bracket, rest = text.rpartition("<")
    if not bracket:
        return parse_address(text)
    return parse_address(rest.strip().removesuffix(">"), name.strip().strip('"').strip())


def _is_host(domain: str) -> bool:
    return len(domain) <= 253 and _HOST.fullmatch(domain) is not None


def clean(text: str) -> str:
    """A header's text on one line: whatever could end it becomes a space."""
    if text.isascii() and text.isprintable():
        return text
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub(" ", readable).strip()


def encoded(text: str, first_column: int = 10) -> bytes:
    """Unstructured header text (RFC 2047): as it is when short ASCII, else encoded words.

    Each word holds whole characters and at most 75 octets; lines are folded between them.
    """
    text = clean(text)
    if text.isascii() and len(text) + first_column <= 900 and "=?" not in text:
        return text.encode()
    octets, start = text.encode(), 0
    words: list[bytes] = []
    room = 45 - first_column // 4 * 3
    while start < len(octets) or not words:
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1  # a letter is not cut in two
        words.append(octets[start:end])
        start, room = end, 45
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in words)


@lru_cache(maxsize=1000)
def phrase(name: str) -> bytes:
    """A display name: an atom phrase, a quoted string, or encoded words."""
    name = clean(name)
    if not name.isascii() or len(name) > 200 or "=?" in name:
        return encoded(name)
    if _PHRASE.fullmatch(name):
        return name.encode()
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return b'"' + escaped.encode() + b'"'


def message_id(message: UUID, domain: str) -> str:
    """The Message-ID of our message, without angle brackets."""
    return f"{message.hex}@{domain}"


def build(letter: Letter, signer: Signer | None) -> bytes:
    """The whole mail with CRLF line ends, signed when there is a signer. 7-bit clean but for
    addresses that need SMTPUTF8. Raises delivery.header_too_long."""
    boundary = b"=_" + letter.message.hex.encode()
    text_part, text_how = _part(letter.text)
    html_part, html_how = _html_part(letter.html)
    body = b"".join(
        (
            b"--",
            boundary,
            _PLAIN,
            text_how,
            b"\r\n\r\n",
            text_part,
            b"\r\n--",
            boundary,
            _HTML,
            html_how,
            b"\r\n\r\n",
            html_part,
            b"\r\n--",
            boundary,
            b"--\r\n",
        )
    )
    headers = _headers(letter, boundary)
    signature = b""
    if signer is not None:
        signature = signer.header(headers, body, int(letter.at.timestamp()))
    lines = [name + b": " + value + b"\r\n" for name, value in headers]
    return b"".join((signature, *lines, b"\r\n", body))


@lru_cache(maxsize=8)
def _date(at: datetime) -> bytes:
    return format_datetime(at).encode()


@lru_cache(maxsize=1000)
def _feedback(parts: tuple[str, ...]) -> bytes:
    return ":".join([_TOKEN.sub("-", part)[:60] or "-" for part in parts]).encode()


def _headers(letter: Letter, boundary: bytes) -> list[tuple[bytes, bytes]]:
    domain = letter.sender.address.rpartition("@")[2]
    headers = [
        (b"From", letter.sender.header()),
        (b"To", letter.recipient.header()),
        (b"Subject", encoded(letter.subject)),
        (b"Date", _date(letter.at.replace(microsecond=0))),
        (b"Message-ID", b"<" + message_id(letter.message, domain).encode() + b">"),
        (b"MIME-Version", b"1.0"),
        (b"Content-Type", b'multipart/alternative; boundary="' + boundary + b'"'),
    ]
    if letter.reply_to is not None:
        headers.append((b"Reply-To", letter.reply_to.header()))
    if letter.unsubscribe_url:
        url = letter.unsubscribe_url
        if not url.isascii() or not url.isprintable() or set(" <>,") & set(url):
            raise KervanError("delivery.unsubscribe_url_invalid")
        headers.append((b"List-Unsubscribe", b"<" + url.encode() + b">"))
        headers.append((b"List-Unsubscribe-Post", b"List-Unsubscribe=One-Click"))
    if letter.feedback:
        headers.append((b"Feedback-ID", _feedback(letter.feedback)))
    for name, value in headers:
        room = MAX_LINE_OCTETS - len(name) - 2
        if len(value) > room and max(map(len, value.split(b"\r\n"))) > room:
            raise KervanError("delivery.header_too_long", header=name.decode())
    return headers


def _html_part(html: str) -> tuple[bytes, bytes]:
    """HTML as plain ASCII by numeric references where that says the same: cheapest to make, to
    sign and to read. Style sheets know no references."""
    if html.isascii() or _styles_are_ascii(html):
        octets = html.encode("ascii", "xmlcharrefreplace")
    else:
        octets = html.encode("utf-8", "replace")
    fits = _lines_fit(octets)
    if not fits:
        # Templates come as one long line; before an attribute a line end is as good as a blank.
        octets = octets.replace(b' style="', b'\nstyle="')
    return _carried(octets, fits=fits)


def _styles_are_ascii(html: str) -> bool:
    start = html.find("<style")
    while start >= 0:
        end = html.find("</style", start)
        if not html[start:end].isascii() or end < 0:
            return False
        start = html.find("<style", end)
    return True


def _lines_fit(octets: bytes) -> bool:
    # From the last line end within reach to the next: a dozen steps for a usual mail.
    start = 0
    while len(octets) - start >= MAX_LINE_OCTETS:
        start = octets.rfind(b"\n", start, start + MAX_LINE_OCTETS) + 1
        if start == 0:
            return False
    return True


def _part(text: str) -> tuple[bytes, bytes]:
    return _carried(text.encode("utf-8", "replace"))


def _carried(octets: bytes, *, fits: bool = False) -> tuple[bytes, bytes]:
    """A text with CRLF line ends and its transfer encoding, the lightest that carries it.

    `fits` is what is known already of its lines.
    """
    if b"\r" in octets:
        octets = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    short = fits or _lines_fit(octets)
    octets = octets.replace(b"\n", b"\r\n")
    if not octets.endswith(b"\r\n"):
        octets += b"\r\n"
    if octets.isascii() and b"\0" not in octets:
        if short:
            return octets, b"7bit"
        return binascii.b2a_qp(octets, istext=True), b"quoted-printable"
    foreign = len(octets) - len(octets.decode().encode("ascii", "ignore"))
    if foreign * 6 < len(octets):
        return binascii.b2a_qp(octets, istext=True), b"quoted-printable"
    code = binascii.b2a_base64(octets, newline=False)
    return b"\r\n".join([code[i : i + 76] for i in range(0, len(code), 76)]) + b"\r\n", b"base64"
