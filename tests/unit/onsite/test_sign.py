"""The rules' signature is one that browsers verify."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kervan.kernel.crypto import WorkspaceVault
from kervan.onsite import sign


def test_what_was_signed_is_verified_and_nothing_else() -> None:
    vault = WorkspaceVault(bytes(32))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sign.public_key(vault))
    made = sign.sign(vault, b"rules")
    assert len(made) == 64
    r, s = (int.from_bytes(made[half : half + 32], "big") for half in (0, 32))
    key.verify(encode_dss_signature(r, s), b"rules", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(encode_dss_signature(r, s), b"other", ec.ECDSA(hashes.SHA256()))
    assert sign.public_key(vault) != sign.public_key(WorkspaceVault(bytes([1] * 32)))
