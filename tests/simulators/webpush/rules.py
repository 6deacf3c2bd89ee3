"""What a push service demands of a request, written from the standards and the services' pages.

A simulator: it stands for Mozilla's, Google's or Apple's push service in tests and shares no code
with Kervan.
"""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

MOST_BYTES = 4096  # RFC 8030 §7.2: a service takes at least 4096 bytes; we allow no more
MOST_TTL = 2_592_000  # autopush, "Error Codes", errno 112
DAY = 86_400


@dataclass
class Refusal(Exception):
    """A status, and Mozilla's errno where it has one (autopush, "Error Codes")."""

    status: int
    errno: int
    why: str


def unpadded(text: str) -> bytes:
    """base64url without padding, as RFC 7515 §2 has it; raises ValueError."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError(text)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_headers(headers: dict[str, str]) -> None:
    """TTL, Urgency, Topic and encodings; names in lower case. Raises Refusal."""
    ttl = headers.get("ttl")
    if ttl is None:  # RFC 8030 §5.2: without a TTL field the service answers 400
        raise Refusal(400, 111, "TTL is missing")
    if not re.fullmatch(r"[0-9]+", ttl) or int(ttl) > MOST_TTL:
        raise Refusal(400, 112, f"TTL {ttl}")
    urgency = headers.get("urgency", "normal")  # RFC 8030 §5.3
    if urgency not in ("very-low", "low", "normal", "high"):
        raise Refusal(400, 111, f"Urgency {urgency}")
    topic = headers.get("topic")
    # RFC 8030 §5.4: at most 32 letters of base64url; Mozilla's page (errno 113) names fewer.
    if topic is not None and not re.fullmatch(r"[A-Za-z0-9]{1,32}", topic):
        raise Refusal(400, 113, f"Topic {topic}")
    if headers.get("content-encoding") != "aes128gcm":  # RFC 8291 §4
        raise Refusal(400, 110, "Content-Encoding")


def check_body(body: bytes) -> None:
    """The header of the one record (RFC 8188 §2.1, RFC 8291 §4). Raises Refusal."""
    if len(body) > MOST_BYTES:
        raise Refusal(413, 104, f"{len(body)} bytes")
    record, length = int.from_bytes(body[16:20], "big"), body[20] if len(body) > 20 else 0
    if length != 65 or body[21:22] != b"\x04":  # the sender's key, uncompressed
        raise Refusal(400, 110, "keyid")
    if record < 18 or len(body) - 86 > record or len(body) < 86 + 17:
        raise Refusal(400, 110, "more than one record")


def check_vapid(header: str | None, origin: str, bound: bytes, now: int) -> dict[str, Any]:
    """The claims of a VAPID header (RFC 8292). Raises Refusal.

    `bound` is the key the subscription was made with: b"" for none.
    """
    if not header:  # §4.2: 401 where it is missing
        raise Refusal(401, 109, "no vapid")
    # §3: `vapid t=…, k=…`
    found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", header, re.ASCII)
    if not found:
        raise Refusal(401, 109, "not vapid t, k")
    head, body, signature, key = found.groups()
    try:
        point = unpadded(key)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        raw = unpadded(signature)
        if len(raw) != 64:  # RFC 7518 §3.4: R and S, 32 bytes each
            raise ValueError
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
        kind, claims = json.loads(unpadded(head)), json.loads(unpadded(body))
    except (ValueError, InvalidSignature):
        raise Refusal(403, 109, "signature") from None
    if kind.get("alg") != "ES256" or kind.get("typ", "JWT") != "JWT":  # §2
        raise Refusal(403, 109, "alg")
    if claims.get("aud") != origin:  # §2: the origin of the push resource
        raise Refusal(403, 109, f"aud {claims.get('aud')}")
    ends = claims.get("exp")
    if not isinstance(ends, int) or not now < ends <= now + DAY:  # §2: at most 24 hours ahead
        raise Refusal(403, 109, "exp")
    # §2.1 leaves `sub` to the sender; Apple refuses without one (web-push issue 947).
    if not re.match(r"mailto:\S+@\S+\.\S+|https://", claims.get("sub", "")):
        raise Refusal(403, 109, "BadJwtToken")
    if bound and point != bound:  # §4.2: the subscription is restricted to another key
        raise Refusal(403, 109, "VapidPkHashMismatch")
    return dict(claims)
