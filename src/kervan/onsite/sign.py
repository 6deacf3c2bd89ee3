"""Signs the rules of a workspace, so that a page can tell whether they are Kervan's.

ECDSA on P-256 with SHA-256, the signature as r and s side by side: what Web Crypto verifies
(FIPS 186-5; IEEE P1363 for the form).
"""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kervan.kernel.crypto import WorkspaceVault

# The order of the group; a private key is a number below it and above nought.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SIZE_BYTES = 32


def _key(vault: WorkspaceVault) -> ec.EllipticCurvePrivateKey:
    drawn = int.from_bytes(vault.derive("onsite rules"), "big")
    return ec.derive_private_key(drawn % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(vault: WorkspaceVault) -> bytes:
    """The public key as an uncompressed point, 65 bytes: `data-rules-key` of the snippet."""
    return _key(vault).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sign(vault: WorkspaceVault, document: bytes) -> bytes:
    """The signature of a document, 64 bytes."""
    r, s = decode_dss_signature(_key(vault).sign(document, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_SIZE_BYTES, "big") + s.to_bytes(_SIZE_BYTES, "big")
