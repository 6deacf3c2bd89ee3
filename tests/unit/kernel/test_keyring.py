"""Stored keys open under their master key only, survive its change, and keep what was derived."""

import secrets
from datetime import date

import pytest

from kervan.kernel import crypto, keyring
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_OLD, _NEW = b"o" * 32, b"n" * 32
_DAY = date(2026, 11, 22)


def _code(error: pytest.ExceptionInfo[KervanError]) -> str:
    return error.value.code


def test_keys_are_random_made_once_and_the_same_for_every_process(postgres: Connection) -> None:
    with pytest.raises(KervanError) as missing:
        keyring.open_vault(postgres, _OLD)
    assert _code(missing) == "kernel.keys_missing"
    keyring.prepare(postgres, _OLD, ["main"])
    keyring.prepare(postgres, _OLD, ["main"])
    one, other = keyring.open_vault(postgres, _OLD), keyring.open_vault(postgres, _OLD)
    wrapped = one.workspace("main").new_person_key()
    sealed = one.workspace("main").seal(wrapped, b"irem", b"name")
    assert other.workspace("main").open(wrapped, sealed, b"name") == b"irem"
    assert other.open_intake(_DAY, one.seal_intake(_DAY, b"body")) == b"body"
    blind = one.workspace("main").blind("email", "a@b.c")
    assert blind != crypto.Vault(_OLD).workspace("main").blind("email", "a@b.c"), "derived"


def test_a_workspace_without_a_key_is_said_not_guessed(postgres: Connection) -> None:
    keyring.prepare(postgres, _OLD, ["main"])
    with pytest.raises(KervanError) as caught:
        keyring.open_vault(postgres, _OLD).workspace("other")
    assert _code(caught) == "kernel.workspace_key_missing"


def test_what_was_sealed_before_keys_were_stored_stays_readable(postgres: Connection) -> None:
    before = crypto.Vault(_OLD)
    sealed_body = before.seal_intake(_DAY, b"body")
    postgres.execute("insert into kervan.derived_key values ('installation'), ('workspace main')")
    assert keyring.is_begun(postgres)
    keyring.prepare(postgres, _OLD, ["main", "newer"])
    after = keyring.open_vault(postgres, _OLD)
    assert after.open_intake(_DAY, sealed_body) == b"body"
    assert after.workspace("main").blind("email", "a") == before.workspace("main").blind(
        "email", "a"
    )
    newer = after.workspace("newer").blind("email", "a")
    assert newer != before.workspace("newer").blind("email", "a"), "a new workspace is random"


def test_a_wrong_master_key_opens_and_changes_nothing(postgres: Connection) -> None:
    keyring.prepare(postgres, _OLD, ["main"])
    rows = keyring.stored(postgres)
    for attempt in (
        lambda: keyring.open_vault(postgres, _NEW),
        lambda: keyring.prepare(postgres, _NEW, ["main"]),
        lambda: keyring.rewrap(postgres, _NEW, b"x" * 32),
    ):
        with pytest.raises(KervanError) as caught:
            attempt()
        assert _code(caught) == "kernel.master_key_wrong"
        assert crypto.fingerprint(_OLD).hex() in str(caught.value.params["wanted"])
    assert keyring.stored(postgres) == rows


def test_both_masters_open_everything_until_the_old_one_is_retired(postgres: Connection) -> None:
    keyring.prepare(postgres, _OLD, ["main"])
    blind = keyring.open_vault(postgres, _OLD).workspace("main").blind("email", "a")
    assert keyring.rewrap(postgres, _OLD, _NEW) == keyring.rewrap(postgres, _OLD, _NEW) == 2
    for master in (_OLD, _NEW):
        assert keyring.open_vault(postgres, master).workspace("main").blind("email", "a") == blind
    assert keyring.retire(postgres, _NEW) == 2
    assert keyring.open_vault(postgres, _NEW).workspace("main").blind("email", "a") == blind
    with pytest.raises(KervanError):
        keyring.open_vault(postgres, _OLD)


def test_retiring_never_loses_a_key_that_was_stored_meanwhile(postgres: Connection) -> None:
    keyring.prepare(postgres, _OLD, ["main"])
    keyring.rewrap(postgres, _OLD, _NEW)
    keyring.prepare(postgres, _OLD, ["main", "late"])
    with pytest.raises(KervanError) as caught:
        keyring.retire(postgres, _NEW)
    assert _code(caught) == "kernel.keys_not_rewrapped" and "late" in str(caught.value.params)
    keyring.rewrap(postgres, _OLD, _NEW)
    keyring.retire(postgres, _NEW)
    assert keyring.open_vault(postgres, _NEW).workspace("late")


def test_stored_keys_cannot_be_swapped_or_changed(postgres: Connection) -> None:
    wrapped = crypto.wrap(_OLD, "workspace a", secrets.token_bytes(32))
    with pytest.raises(KervanError):
        crypto.unwrap(_OLD, "workspace b", wrapped)
    with pytest.raises(KervanError):
        crypto.unwrap(_OLD, "workspace a", wrapped[:-1] + bytes([wrapped[-1] ^ 1]))
