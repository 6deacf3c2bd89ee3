"""The receipt says what of her refusals the registry has not heard, and what it never will."""

import uuid
from datetime import timedelta

from clickhouse_connect.driver.client import Client

from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.consent.registry import account as accounts
from kervan.delivery.audiences.book import PLACE
from kervan.kernel import clock, crypto
from kervan.kernel.postgres import Connection
from kervan.privacy import erase, receipt

_VAULT = crypto.Vault(b"k" * 32)
_PHONE = "+905321112233"
_ACCOUNT = {
    "base_url": "https://registry.test", "iys_code": 1, "brand_code": 2, "username": "a",
    "password": "b",
}  # fmt: skip


def _agreed(conn: Connection, workspace: str) -> None:
    """Her, who agreed to SMS, and an account at a registry that nobody speaks to."""
    keys = _VAULT.workspace(workspace)
    key, hash_ = keys.new_person_key(), keys.blind("phone", _PHONE)
    conn.execute(
        "insert into profile (person, id, key, created_at) overriding system value"
        " values (7, %s, %s, now())",
        (uuid.UUID(int=7), key),
    )
    conn.execute(
        "insert into identifier (kind, hash, person, sealed, claimed_at, source)"
        " values (3, %s, 7, %s, now(), 0)",
        (uuid.UUID(bytes=hash_), keys.seal(key, _PHONE.encode(), b"identifier")),
    )
    at = clock.now()
    accounts.save(conn, keys, "", "iys", _ACCOUNT, at - timedelta(days=9))
    said = Change("sms", "granted", at - timedelta(minutes=5), 7, jurisdiction="TR", source="web")
    ledger.record(conn, keys, [said], at)


def test_it_says_until_when_her_address_is_sealed_and_when_it_was_given_up(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    _agreed(postgres, workspace)
    place = erase.Place(_VAULT, workspace, 3)
    begun = erase.begin(postgres, 7, clock.now())
    while erase.step(postgres, clickhouse, place, clock.now()):
        pass
    one = erase.of_person(postgres, begun.person_id)
    assert one is not None and one.finished_at is not None, "she does not wait for the registry"
    said = receipt.receipt(postgres, one, "en")
    until = said["registry"].pop("address_sealed_until")
    assert said["registry"] == {
        "refusals_told": 0, "refusals_waiting": 1, "refusals_given_up": 0,
    }  # fmt: skip
    assert any(until[:10] in sentence and "İYS" in sentence for sentence in said["sentences"])
    late = clock.now() + timedelta(days=21)
    erase.step(postgres, clickhouse, place, late)
    for locale in ("en", "tr", "az"):
        said = receipt.receipt(postgres, one, locale)
        assert said["registry"] == {
            "refusals_told": 0, "refusals_waiting": 0, "address_sealed_until": None,
            "refusals_given_up": 1,
        }  # fmt: skip
        assert "İYS" in said["sentences"][-1] and "privacy." not in "".join(said["sentences"])
    assert _PHONE not in str(said)
    row = postgres.execute("select count(*) from registry_outbox where address is not null")
    assert row.fetchone() == (0,)


def test_it_waits_a_minute_for_advertising_platforms_and_says_what_they_have_heard(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    _agreed(postgres, workspace)
    keys = _VAULT.workspace(workspace)
    [(key,)] = postgres.execute("select key from profile").fetchall()
    postgres.execute(
        "insert into audience (key, name, account, target, segment, state, next_at, created_at,"
        " created_by) values ('vip', 'VIP', 'ads', '1', 1, 'active', now(), now(), '')"
    )
    postgres.execute(
        "insert into audience_member (audience, person, contact, print, sealed)"
        " select number, 7, gen_random_uuid(), gen_random_uuid(), %s from audience",
        (keys.seal(key, b'[["a"]]', PLACE),),
    )
    place = erase.Place(_VAULT, workspace, 3)
    begun = erase.begin(postgres, 7, clock.now())
    assert erase.step(postgres, clickhouse, place, clock.now())
    assert postgres.execute("select leaving from audience_member").fetchall() == [(True,)]
    assert not erase.step(postgres, clickhouse, place, clock.now()), "they may answer at once"
    while erase.step(postgres, clickhouse, place, clock.now() + timedelta(seconds=61)):
        pass
    one = erase.of_person(postgres, begun.person_id)
    assert one is not None and one.finished_at is not None
    [(own, sealed)] = postgres.execute("select own, sealed from audience_member").fetchall()
    assert keys.open(own, sealed, PLACE) == b'[["a"]]', "what takes her off is still there"
    said = receipt.receipt(postgres, one, "en")
    assert said["audiences"]["removals_waiting"] == 1
    until = said["audiences"]["hashes_sealed_until"]
    assert any(until[:10] in one and "advertising" in one for one in said["sentences"])
    postgres.execute("update audience_goodbye set told_at = now()")
    said = receipt.receipt(postgres, one, "tr")
    assert said["audiences"]["removals_told"] == 1
    assert any("hedef kitlesinden çıkarıldınız" in one for one in said["sentences"])
