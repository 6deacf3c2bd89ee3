"""Signs mail by DKIM (RFC 6376): rsa-sha256, relaxed/relaxed."""

import base64
import hashlib
import re
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kervan.kernel.errors import KervanError

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
_SPACES = re.compile(rb"[ \t]+")
_RUNS = re.compile(rb"  +")  # begins with a literal, so it is looked for and not tried everywhere
_END_OF_RUN = re.compile(rb" *")
_FEW = 32
_FOLD = re.compile(rb"\r\n(?=[ \t])")

# From is named twice, so that a second one cannot be slipped in front of it (§8.15).
SIGNED = (
    b"from",
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"list-id",
    b"feedback-id",
)


class Signer:
    """One key of one domain."""

    def __init__(self, domain: str, selector: str, pem: bytes) -> None:
        """Raises delivery.dkim_key_invalid, delivery.dkim_name_invalid."""
        if not _HOST.fullmatch(domain) or not _HOST.fullmatch(selector):
            raise KervanError("delivery.dkim_name_invalid", domain=domain, selector=selector)
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError):
            raise KervanError("delivery.dkim_key_invalid") from None
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < 1024:
            raise KervanError("delivery.dkim_key_invalid")
        self._key = key
        self._start = (
            b"v=1; a=rsa-sha256; c=relaxed/relaxed; d="
            + domain.encode()
            + b"; s="
            + selector.encode()
            + b";\r\n t="
        )

    def header(self, headers: list[tuple[bytes, bytes]], body: bytes, at_seconds: int) -> bytes:
        """The whole DKIM-Signature line with CRLF for `headers` (name, value) and CRLF `body`."""
        present = {name.lower(): value for name, value in headers}
        covered = [name for name in SIGNED if name in present]
        digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest())
        names = b":".join(covered)
        value = (
            self._start
            + str(at_seconds).encode()
            + b"; h="
            + _folded(names)
            + b";\r\n bh="
            + digest
            + b";\r\n b="
        )
        # The last of a repeated name is signed first; a name beyond them stands for nothing.
        lines, used = [], set()
        for name in covered:
            if name not in used:
                used.add(name)
                lines.append(name + b":" + _relaxed_value(present[name]))
        lines.append(b"dkim-signature:" + _relaxed_value(value))
        signed = self._key.sign(b"\r\n".join(lines), padding.PKCS1v15(), hashes.SHA256())
        signature = base64.b64encode(signed)
        chunks = [signature[i : i + 70] for i in range(0, len(signature), 70)]
        return b"DKIM-Signature: " + value + b"\r\n ".join(chunks) + b"\r\n"


def _folded(names: bytes) -> bytes:
    """The list of signed names over several lines of a header."""
    words = names.split(b":")
    rows = [b":".join(words[i : i + 5]) for i in range(0, len(words), 5)]
    return b":\r\n ".join(rows)


def _relaxed_value(value: bytes) -> bytes:
    """Relaxed header canonicalization (§3.4.2) of a value."""
    if b"\r\n" in value:
        value = _FOLD.sub(b"", value)
    return _SPACES.sub(b" ", value).strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """Relaxed body canonicalization (§3.4.4) of a body with CRLF line ends."""
    if b"\t" in body:
        body = body.replace(b"\t", b" ")
    if b"  " in body:
        body = _one_blank(body)
    if b" \r" in body:
        body = body.replace(b" \r\n", b"\r\n")
    while body.endswith(b"\r\n\r\n"):
        body = body[:-2]
    if body == b"\r\n" or not body:
        return b""
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _one_blank(body: bytes) -> bytes:
    """Each run of blanks as one; a few are found one by one faster than all by an expression."""
    pieces: list[bytes] = []
    start = 0
    for _ in range(_FEW):
        found = body.find(b"  ", start)
        if found < 0:
            return b"".join([*pieces, body[start:]])
        pieces.append(body[start : found + 1])
        run = _END_OF_RUN.match(body, found)
        start = run.end() if run else len(body)
    return b"".join([*pieces, _RUNS.sub(b" ", body[start:])])


def load(domain: str, selector: str, key_path: str) -> Signer | None:
    """The signer of the settings, or None when none is set.

    Raises delivery.dkim_key_unreadable, delivery.dkim_key_invalid, delivery.dkim_name_invalid.
    """
    if not (domain or selector or key_path):
        return None
    try:
        pem = Path(key_path).read_bytes()
    except OSError:
        raise KervanError("delivery.dkim_key_unreadable", path=key_path) from None
    return Signer(domain, selector, pem)


def public_record(key_path: str) -> str:
    """The TXT record that the key in a file asks for (RFC 6376 §3.6.1).

    Raises delivery.dkim_key_unreadable, delivery.dkim_key_invalid.
    """
    try:
        key = serialization.load_pem_private_key(Path(key_path).read_bytes(), password=None)
    except OSError:
        raise KervanError("delivery.dkim_key_unreadable", path=key_path) from None
    except (ValueError, TypeError):
        raise KervanError("delivery.dkim_key_invalid") from None
    told = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"v=DKIM1; k=rsa; p={base64.b64encode(told).decode()}"
