"""Whole ways through a provider, from the ledger to its answers and back."""

import contextlib
from datetime import UTC, datetime, timedelta

from kervan.consent.registry import account as accounts
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.stub import Stub
from tests.unit.consent.registry.world import NOON, VAULT, world

AYSE = "+905321112233"


def test_through_a_provider_the_state_is_asked_for_later(postgres: Connection) -> None:
    with world(postgres) as w, contextlib.closing(Stub("iletimerkezi")) as stub:
        told = {
            "base_url": stub.url,
            "allow_private": True,
            "brand_code": 1,
            "key": "K",
            "hash": "H",
        }
        accounts.save(
            postgres,
            VAULT,
            "",
            "iletimerkezi",
            {**told, "base_url": stub.url},
            w.at - timedelta(days=9),
        )
        postgres.commit()
        bad = w.person("+905320000009")
        w.say(w.person(AYSE), "granted", datetime(2026, 11, 18, 8, 50, tzinfo=UTC))
        w.say(bad, "granted", datetime(2026, 11, 18, 8, 51, tzinfo=UTC))
        stub.say("create_refused.json", status=422)  # both together: one of them is bad
        stub.say("create.json")
        stub.say("show.json")
        stub.say("create_refused.json", status=422)
        stub.say("show_none.json")
        w.settle()
        assert w.rows() == [("done", ""), ("refused", "code 422")]
        assert [path.split("/")[3] for _, path, _ in stub.asked] == [
            "create", "create", "show", "create", "show",
        ]  # fmt: skip


def test_through_a_provider_that_cannot_be_asked(postgres: Connection) -> None:
    with world(postgres) as w, contextlib.closing(Stub("verimor")) as stub:
        told = {"base_url": stub.url, "allow_private": True, "username": "u", "password": "p"}
        accounts.save(postgres, VAULT, "", "verimor", told, w.at - timedelta(days=9))
        postgres.commit()
        ayse = w.person(AYSE)
        w.say(ayse, "granted", NOON - timedelta(days=2))
        stub.say(
            "consents.txt", "campaigns.json", "campaign.json", "campaigns.json", "campaign.json"
        )
        w.settle()
        assert w.rows() == [("done", "")]
        w.step()
        w.step()
        row = postgres.execute("select status, source from consent_event where id = 2").fetchone()
        assert row == ("withdrawn", "registry_web")
