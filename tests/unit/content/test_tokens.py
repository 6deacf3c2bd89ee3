"""A token says what its maker said, and nobody else can make one."""

import base64
import uuid

from hypothesis import given
from hypothesis import strategies as st

from kervan.content import tokens

KEY = b"k" * 32
whole = st.tuples(st.integers(0, 65_535), st.uuids(), st.integers(0, 65_535))


@given(whole)
def test_there_and_back(said: tuple[int, uuid.UUID, int]) -> None:
    token = tokens.make(KEY, *said)
    assert len(token) == tokens.LENGTH
    assert tokens.verify(KEY, token) == said == tokens.read(token)


@given(whole, st.integers(0, 223))
def test_any_changed_bit_is_seen(said: tuple[int, uuid.UUID, int], bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(tokens.make(KEY, *said) + "=="))
    raw[bit // 8] ^= 1 << bit % 8
    forged = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert tokens.verify(KEY, forged) is None


@given(whole, st.binary(min_size=32, max_size=32))
def test_another_key_makes_other_tokens(said: tuple[int, uuid.UUID, int], key: bytes) -> None:
    assert key == KEY or tokens.verify(key, tokens.make(KEY, *said)) is None


@given(st.text(max_size=50) | st.text(alphabet="Ab-_0=+/", min_size=38, max_size=38))
def test_noise_is_no_token(noise: str) -> None:
    assert tokens.verify(KEY, noise) is None


def test_only_one_spelling_is_good() -> None:
    token = tokens.make(KEY, 1, uuid.UUID(int=5), 3)
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    good = [one for one in last if tokens.verify(KEY, token[:-1] + one)]
    assert good == [token[-1]]


def test_addresses() -> None:
    links = tokens.MessageLinks(KEY, 7, uuid.UUID(int=9), "https://t.example/")
    assert links.click(3) == links.click(3) != links.click(4)
    assert links.click(3).startswith("https://t.example/c/")
    assert links.open_url.endswith(".gif")
    found = tokens.verify(KEY, links.unsubscribe_url.rpartition("/")[2])
    assert found == (7, uuid.UUID(int=9), tokens.UNSUBSCRIBE)
