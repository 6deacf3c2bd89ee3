"""A link for one address opens what it was made for, until its end, and nothing else."""

import uuid
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kervan.content import contact_tokens as tokens
from kervan.content.contact_tokens import ContactToken

KEY, OTHER = b"k" * 32, b"o" * 32
ENDS = datetime(2026, 12, 1, tzinfo=UTC)
TOKENS = st.builds(
    ContactToken,
    st.integers(0, 65_535),
    st.sampled_from((tokens.PREFERENCES, tokens.CONFIRM)),
    st.sampled_from((2, 3)),
    st.binary(min_size=16, max_size=16),
    st.uuids(),
    st.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(TOKENS)
def test_what_is_written_is_read(said: ContactToken) -> None:
    text = tokens.make(KEY, said)
    assert len(text) == tokens.LENGTH
    assert set(text) <= set(SIGNS)
    assert tokens.verify(KEY, text) == said
    assert tokens.verify(OTHER, text) is None


@given(TOKENS, st.integers(0, tokens.LENGTH - 1), st.sampled_from(SIGNS))
def test_one_changed_sign_spoils_it(said: ContactToken, place: int, sign: str) -> None:
    text = tokens.make(KEY, said)
    if text[place] != sign:
        assert tokens.verify(KEY, text[:place] + sign + text[place + 1 :]) is None


@given(st.text(max_size=200))
def test_anything_else_is_no_token(text: str) -> None:
    assert tokens.verify(KEY, text) is None


def test_the_address_of_one_is_not_the_address_of_another() -> None:
    texts = {
        tokens.make(KEY, ContactToken(1, use, 2, contact, uuid.UUID(int=1), ENDS))
        for use in (1, 2)
        for contact in (b"a" * 16, b"b" * 16)
    }
    assert len(texts) == 4
