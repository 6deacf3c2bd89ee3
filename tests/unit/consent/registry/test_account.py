"""Accounts keep their secrets sealed and their pauses growing."""

import pytest

from kervan.consent.registry import account
from kervan.consent.registry.direct import Settings
from kervan.consent.registry.facts import facts
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.world import NOON, VAULT, settings


def test_secrets_are_sealed_and_not_shown(postgres: Connection) -> None:
    told = settings("https://registry.example", facts={"channels.whatsapp": "MESAJ"})
    account.save(postgres, VAULT, "", "iys", told, NOON)
    found = account.accounts(postgres, VAULT)
    assert len(found) == 1
    assert isinstance(found[0].settings, Settings)
    assert found[0].settings.password == "geheim"
    assert found[0].facts.type_of("whatsapp") == "MESAJ"
    assert "geheim" not in repr(found[0])
    row = postgres.execute("select registry_account::text from registry_account").fetchone()
    assert row is not None
    assert "geheim" not in row[0]
    assert b"geheim".hex() not in row[0]


def test_a_change_keeps_the_progress_and_a_new_provider_forgets_the_cursor(
    postgres: Connection,
) -> None:
    told = settings("https://registry.example")
    account.save(postgres, VAULT, "", "iys", told, NOON)
    postgres.execute("update registry_progress set after = 'x', ledger_place = 7")
    account.save(postgres, VAULT, "", "iys", told, NOON)
    assert account.progress(postgres, "").after == "x"
    other = {"username": "u", "password": "p"}
    account.save(postgres, VAULT, "", "verimor", other, NOON)
    now = account.progress(postgres, "")
    assert (now.after, now.ledger_place) == ("", 7)
    account.disable(postgres, "", NOON)
    assert account.accounts(postgres, VAULT) == []


def test_wrong_settings_are_named_without_their_values(postgres: Connection) -> None:
    with pytest.raises(KervanError, match="no way"):
        account.save(postgres, VAULT, "", "pigeon", {}, NOON)
    with pytest.raises(KervanError) as caught:
        account.save(postgres, VAULT, "", "iys", {"iys_code": "geheim"}, NOON)
    assert "geheim" not in caught.value.say("tr")


def test_pauses_double_up_to_a_bound() -> None:
    pauses = [account.pause_seconds(facts(), count, jitter=False) for count in range(9)]
    assert pauses[:4] == [30.0, 60.0, 120.0, 240.0]
    assert pauses[-1] == 1800.0
    assert 22.5 <= account.pause_seconds(facts(), 0) <= 37.5
