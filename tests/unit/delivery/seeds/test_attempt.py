"""A test of an account tells what its provider said, and blames nothing else."""

import uuid

import pytest

from kervan.delivery import accounts
from kervan.delivery.accounts import Account
from kervan.delivery.channels.channel import Fate, Problem
from kervan.delivery.seeds import attempt, book
from kervan.delivery.seeds.book import Seed
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.simulators.postmark.server import Postmark
from tests.unit.delivery.world import AT, VAULT


def _account(conn: Connection, server: Postmark, token: str) -> Account:
    settings = {"sender": "haber@shop.example", "server_token": token, "base_url": server.url}
    return accounts.save(conn, VAULT, "post", "postmark", settings, AT, is_private=True)


def _seed(conn: Connection, channel: str = "email", address: str = "oya@shop.test") -> Seed:
    return book.add(conn, VAULT, channel, "Oya", address, "TR", AT, "oya")


def test_what_the_provider_says_is_told(postgres: Connection) -> None:
    seed = _seed(postgres)
    with Postmark() as server:
        assert isinstance(server, Postmark)
        good = attempt.attempt(_account(postgres, server, server.token), seed, AT, "tr")
        assert (good.fate, good.said) == (Fate.ACCEPTED, "delivery.trial_accepted")
        (letter,) = server.letters.values()
        assert "post" in letter["TextBody"]
        bad = attempt.attempt(_account(postgres, server, "wrong"), seed, AT, "tr")
        assert (bad.problem, bad.said) == (Problem.ACCOUNT, "delivery.trial_account")
        gone = _account(postgres, server, server.token)
    lost = attempt.attempt(gone, seed, AT, "tr")
    assert lost.fate is not Fate.ACCEPTED
    with pytest.raises(KervanError, match="cannot be tested"):
        attempt.attempt(gone, _seed(postgres, "sms", "0532 111 22 33"), AT, "tr")
    assert attempt.find([seed], seed.id) == seed
    with pytest.raises(KervanError) as unknown:
        attempt.find([seed], uuid.uuid4())
    assert unknown.value.code == "delivery.seed_unknown"


def test_everything_it_may_say_has_words() -> None:
    for locale in i18n.LOCALES:
        for word in [one.value for one in Fate] + [
            one.value for one in Problem if one.value not in ("", "server", "full", "withheld")
        ]:
            assert "trial_" not in i18n.say(f"delivery.trial_{word}", locale), word
