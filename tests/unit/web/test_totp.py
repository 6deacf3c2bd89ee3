"""Codes of the second factor against the vectors of RFC 6238, and each of them good once."""

import re

import pytest
import segno
from cryptography.exceptions import InvalidTag

from kervan.kernel.crypto import Vault
from kervan.web import totp

_SECRET = b"12345678901234567890"


# RFC 6238, Appendix B (SHA-1).
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code(_SECRET, totp.step_of(seconds * 1000), 8) == code


def test_one_step_early_or_late_is_in_time_and_no_more() -> None:
    at_ms = 1_111_111_109_000
    step = totp.step_of(at_ms)
    for off in (-1, 0, 1):
        assert totp.accepted(_SECRET, totp.code(_SECRET, step + off), at_ms, 0) == step + off
    for off in (-2, 2, 100):
        assert totp.accepted(_SECRET, totp.code(_SECRET, step + off), at_ms, 0) is None


def test_a_code_of_a_step_used_before_is_refused() -> None:
    at_ms = 1_111_111_109_000
    step = totp.step_of(at_ms)
    assert totp.accepted(_SECRET, totp.code(_SECRET, step), at_ms, step) is None
    assert totp.accepted(_SECRET, totp.code(_SECRET, step - 1), at_ms, step) is None
    assert totp.accepted(_SECRET, totp.code(_SECRET, step + 1), at_ms, step) == step + 1


@pytest.mark.parametrize(
    "given", ["", "12345", "1234567", "abcdef", "１２３４５６", "\ud800", "é" * 6]
)
def test_what_is_no_code_is_refused(given: str) -> None:
    assert totp.accepted(_SECRET, given, 1_111_111_109_000, 0) is None


def test_a_code_may_be_typed_with_a_gap() -> None:
    code = totp.code(_SECRET, totp.step_of(59_000))
    assert totp.accepted(_SECRET, f" {code[:3]} {code[3:]} ", 59_000, 0) is not None


def test_a_secret_is_sealed_for_its_owner_only() -> None:
    vault = Vault(bytes(range(32)))
    sealed = totp.seal(vault, "one", _SECRET)
    assert _SECRET not in sealed
    assert totp.unseal(vault, "one", sealed) == _SECRET
    with pytest.raises(InvalidTag):
        totp.unseal(vault, "another", sealed)


def test_codes_of_recovery_are_known_however_they_are_typed() -> None:
    codes = totp.recovery_codes()
    assert len(set(codes)) == 10 and all(len(one) == 11 for one in codes)
    kept = totp.recovery_hashes("one", codes)
    assert totp.recovery_hash("one", codes[0].upper().replace("-", " ")) == kept[0]
    assert totp.recovery_hash("another", codes[0]) not in kept


def test_what_an_app_opens() -> None:
    assert totp.address(_SECRET, "ayse@shop.com") == (
        "otpauth://totp/Kervan:ayse@shop.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kervan"
    )
    assert totp.shown(_SECRET).startswith("GEZD GNBV ")


def _squares(side: int, path: str) -> list[list[bool]]:
    """What a browser paints of a path of "M across down h count v1 h-count z" pieces."""
    painted = [[False] * side for _ in range(side)]
    for across, down, count, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path):
        assert count == back
        for one in range(int(across), int(across) + int(count)):
            painted[int(down)][one] = True
    return painted


def test_the_picture_paints_each_square_of_the_code_and_a_white_edge() -> None:
    address = totp.address(totp.new_secret(), "ayşe@shop.test")
    side, path = totp.picture(address)
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
    painted = _squares(side, path)
    code = segno.make_qr(address, error="m")
    assert not code.is_micro, "apps for one-time codes read no small ones"
    assert [row[4:-4] for row in painted[4:-4]] == [
        [one == 1 for one in row] for row in code.matrix
    ]
    edge = [*painted[:4], *painted[-4:], *[row[:4] + row[-4:] for row in painted]]
    assert not any(any(row) for row in edge)
