"""What is sealed opens only with its own key and in its own place."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel import crypto
from kervan.kernel.errors import KervanError

_VAULT = crypto.Vault(b"m" * 32)


@given(st.binary(max_size=500))
def test_a_person_key_opens_what_it_sealed(plaintext: bytes) -> None:
    keys = _VAULT.workspace("main")
    wrapped = keys.new_person_key()
    sealed = keys.seal(wrapped, plaintext, b"place")
    assert keys.open(wrapped, sealed, b"place") == plaintext
    assert len(plaintext) < 8 or plaintext not in sealed


def test_another_place_person_workspace_or_a_changed_byte_does_not_open() -> None:
    keys = _VAULT.workspace("main")
    wrapped = keys.new_person_key()
    sealed = keys.seal(wrapped, b"irem@ornek.com", b"email")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    wrong = [
        lambda: keys.open(wrapped, sealed, b"phone"),
        lambda: keys.open(keys.new_person_key(), sealed, b"email"),
        lambda: _VAULT.workspace("other").open(wrapped, sealed, b"email"),
        lambda: keys.open(wrapped, changed, b"email"),
        lambda: keys.open(wrapped, b"", b"email"),
    ]
    for attempt in wrong:
        with pytest.raises(KervanError) as caught:
            attempt()
        assert caught.value.code == "kernel.sealed_data_broken"


def test_many_are_sealed_each_under_its_own_key_with_its_own_nonce() -> None:
    keys = _VAULT.workspace("main")
    people = keys.new_person_keys(3)
    assert len(set(people)) == 3
    texts = [b"irem", b"irem", b"umit", b"irem"]
    whose = [people[0], people[1], people[2], people[0]]
    sealed = keys.seal_many(whose, texts, b"place")
    assert [
        keys.open(one, text, b"place") for one, text in zip(whose, sealed, strict=True)
    ] == texts
    assert len({one[:12] for one in [*sealed, *people]}) == 7, "no nonce twice"
    with pytest.raises(KervanError, match="another key"):
        keys.open(people[1], sealed[0], b"place")


def test_keys_made_long_ago_seal_too() -> None:
    keys = _VAULT.workspace("main")
    first = keys.new_person_key()
    for _ in range(3):
        keys.new_person_keys(5_000)  # more than are remembered
    sealed = keys.seal(first, b"irem", b"place")
    assert _VAULT.workspace("main").open(first, sealed, b"place") == b"irem"


def test_the_blind_index_tells_kinds_and_workspaces_apart() -> None:
    keys = _VAULT.workspace("main")
    assert keys.blind("email", "a@b.c") == _VAULT.workspace("main").blind("email", "a@b.c")
    others = {keys.blind("phone", "a@b.c"), _VAULT.workspace("x").blind("email", "a@b.c")}
    assert keys.blind("email", "a@b.c") not in others and len(others) == 2


def test_an_intake_body_opens_with_its_own_day_only() -> None:
    sealed = _VAULT.seal_intake(date(2026, 11, 21), b"body")
    assert _VAULT.open_intake(date(2026, 11, 21), sealed) == b"body"
    with pytest.raises(KervanError):
        _VAULT.open_intake(date(2026, 11, 22), sealed)


def test_the_master_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    key = crypto.load_master_key(path)
    assert len(key) == 32 and crypto.load_master_key(path) == key
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "not a key", "c2hvcnQ=", "*" * 44, "\0" * 32])
def test_a_file_that_holds_no_key_is_said_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KervanError) as caught:
        crypto.load_master_key(path)
    assert caught.value.code == "kernel.bad_master_key"
    assert str(path) in caught.value.say("tr")
    assert path.read_text() == text, "never overwritten"


def test_a_key_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    crypto.make_master_key(path)
    path.chmod(0o644)
    with pytest.raises(KervanError) as caught:
        crypto.read_master_key(path)
    assert caught.value.code == "kernel.master_key_open"
    assert crypto.read_master_key(tmp_path / "none") is None
