"""The reading end of a subscription: its keys, and RFC 8291 the other way round.

A simulator: written from RFC 8188 and RFC 8291 over plain primitives; shares no code with Kervan.
"""

import base64
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def _derive(salt: bytes, secret: bytes, info: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt=salt, info=info).derive(secret)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Browser:
    """One subscription's private half; a key and a secret are given by the standard's example."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey | None = None, auth: bytes | None = None
    ) -> None:
        self._key = key or ec.generate_private_key(ec.SECP256R1())
        self.public = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self.auth = auth or os.urandom(16)

    def subscription(self, endpoint: str, **more: Any) -> str:
        """What PushSubscription.toJSON() would give."""
        keys = {"p256dh": _text(self.public), "auth": _text(self.auth)}
        return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": keys, **more})

    def decrypt(self, body: bytes) -> bytes:
        """The plaintext of one message; raises InvalidTag for another's."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._key.exchange(ec.ECDH(), theirs)
        # RFC 8291 §3.4
        info = b"WebPush: info\0" + self.public + sender
        material = _derive(self.auth, shared, info, 32)
        key = _derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derive(salt, material, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        text, delimiter, zeros = padded.rpartition(b"\x02")  # RFC 8188 §2: last record
        assert delimiter and not zeros.strip(b"\0")
        return text
