"""What a person is given holds all there is of her, in files, and nothing of anybody else."""

import io
import json
import uuid
import zipfile
from dataclasses import replace

import pytest
from clickhouse_connect.driver.client import Client

from kervan.consent import ledger, preferences
from kervan.consent.ledger import Change
from kervan.kernel import clock, crypto
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import access
from kervan.profiles import store

_VAULT = crypto.Vault(b"k" * 32).workspace("test")


def _fill(conn: Connection, client: Client, person: int, name: str, language: str) -> None:
    key = _VAULT.new_person_key()
    sealed = store.seal_personal(_VAULT, key, {"firstName": (name, 1, 0)})
    conn.execute(
        "insert into profile (person, id, key, personal, traits, created_at)"
        " overriding system value values (%s, %s, %s, %s, %s, now())",
        (person, uuid.UUID(int=person), key, sealed, json.dumps({"language": [language, 1, 0]})),
    )
    conn.execute(
        "insert into purchase (hash, order_id, person, placed_at, total_minor, currency, source)"
        " values (gen_random_uuid(), %s, %s, now(), 2500, 'TRY', 1)",
        (f"order of {name}", person),
    )
    conn.execute(
        "insert into message (id, key, person, bucket, journey, version, step, run, channel, class,"
        " template_version, context, intended_at, not_before, expires_at, state, reason)"
        " values (%(id)s, %(key)s, %(person)s, 0, %(name)s, 1, 's', 1, 'email', 'marketing', 1, '',"
        " now(), now(), now(), 5, 'delivery.no_consent')",
        {"id": uuid.uuid4(), "key": name.encode(), "person": person, "name": f"to {name}"},
    )
    client.command(
        "INSERT INTO events_in (name, person, at, event_id, batch, properties, context)"
        " VALUES ('Seen', {p:UInt32}, now64(3), '0123456789abcdef', 1, {r:String}, '{}')",
        parameters={"p": person, "r": json.dumps({"of": name})},
    )


def test_everything_of_hers_in_her_language(postgres: Connection, clickhouse: Client) -> None:
    _fill(postgres, clickhouse, 1, "İrem", "az")
    _fill(postgres, clickhouse, 2, "Başkası", "en")
    out = io.BytesIO()
    written = access.write(
        postgres, clickhouse, _VAULT, "https://shop.test", 1, clock.now(), out, locale="en"
    )
    assert written.locale == "az"
    assert written.counts == {
        "profile": 1, "identifiers": 0, "consents": 0, "preferences": 0, "messages": 1,
        "inbox": 0, "written": 0, "tasks": 0, "audiences": 0, "journeys": 0,
        "decisions": 0, "orders": 1, "coupons": 0, "points": 0, "events": 1,
    }  # fmt: skip
    with zipfile.ZipFile(out) as folder:
        texts = {name: folder.read(name).decode() for name in folder.namelist()}
    assert "MƏNİ-OXU.txt" in texts and "events.ndjson (1)" in texts["MƏNİ-OXU.txt"]
    assert json.loads(texts["profile.json"])["traits"]["firstName"]["value"] == "İrem"
    assert json.loads(texts["orders.json"])[0]["order_id"] == "order of İrem"
    said = json.loads(texts["messages.json"])[0]
    assert (said["state"], said["reason"]) == ("suppressed", "delivery.no_consent")
    assert json.loads(texts["events.ndjson"])["properties"] == {"of": "İrem"}
    assert not any("Başkası" in text for text in texts.values())


def test_ids_of_other_systems_topics_and_choices_are_hers_too(
    postgres: Connection, clickhouse: Client
) -> None:
    _fill(postgres, clickhouse, 1, "İrem", "tr")
    row = postgres.execute("select key from profile where person = 1").fetchone()
    assert row is not None
    store.open_namespaces(postgres, {"erp"})
    at = clock.now()
    for kind, name, value in ((2, "email", "irem@ornek.com"), (100, "customer_id 100", "E-17")):
        postgres.execute(
            "insert into identifier (kind, hash, person, sealed, claimed_at, source)"
            " values (%s, %s, 1, %s, now(), 1)",
            (kind, uuid.UUID(bytes=_VAULT.blind(name, value)),
             _VAULT.seal(row[0], value.encode(), b"identifier")),
        )  # fmt: skip
    said = Change(
        channel="email", status="granted", occurred_at=at, person=1, contact_kind="email",
        contact=_VAULT.blind("email", "irem@ornek.com"), source="preferences", key=b"k" * 16,
    )  # fmt: skip
    ledger.record(postgres, _VAULT, [replace(said, topic="spring", key=b"t" * 16)], at)
    preferences.save(
        postgres, _VAULT, said, preferences.Choices(language="tr", most=1, most_days=7), at
    )
    out = io.BytesIO()
    access.write(postgres, clickhouse, _VAULT, "https://shop.test", 1, at, out)
    with zipfile.ZipFile(out) as folder:
        known = json.loads(folder.read("identifiers.json"))
        (mine,) = json.loads(folder.read("preferences.json"))
    assert {(one["kind"], one["system"], one["value"]) for one in known} == {
        ("email", None, "irem@ornek.com"),
        ("customer_id", "erp", "E-17"),
    }
    assert mine["address"] == "irem@ornek.com" and mine["language"] == "tr"
    assert [(one["topic"], one["channel"], one["status"]) for one in mine["topics"]] == [
        ("spring", "email", "granted")
    ]
    assert mine["at_most"] == {"messages": 1, "days": 7} and mine["paused_until"] is None


def test_nobody_gets_nothing(postgres: Connection, clickhouse: Client) -> None:
    with pytest.raises(KervanError) as caught:
        access.write(postgres, clickhouse, _VAULT, "", 9, clock.now(), io.BytesIO())
    assert caught.value.status == 404
