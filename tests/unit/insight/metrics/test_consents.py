"""Addresses gained and lost are what a slow reference finds, whatever the order of the words."""

import random
from datetime import timedelta

import pytest

from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.insight.metrics import consents, period
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.reference import metrics as reference
from tests.reference.metrics import DAY, Word
from tests.unit.consent.people import VAULT

_T = 1_792_800_000_000
_STATUSES = ["granted", "granted", "withdrawn", "denied", "pending"]


@pytest.mark.parametrize("seed", [1, 2])
def test_growth_is_that_of_the_reference(postgres: Connection, seed: int) -> None:
    chance = random.Random(seed)
    words = [
        Word(
            chance.choice("abcdefgh"), chance.choice(["email", "sms"]), chance.choice(_STATUSES),
            _T + chance.randint(-12, 12) * DAY // 2, chance.randbytes(16),
        )
        for _ in range(120)
    ]  # fmt: skip
    ledger.record(
        postgres, VAULT,
        [
            Change(
                one.channel, one.status, clock.from_ms(one.at_ms), person=7, key=one.key,
                contact=one.contact.encode() * 16,
                contact_kind="email" if one.channel == "email" else "phone",
            )
            for one in words
        ],
    )  # fmt: skip
    day = clock.from_ms(_T).date()
    now = period.of(day, day + timedelta(days=2), "Asia/Baku")
    before = period.before(now, "Asia/Baku")
    found = consents.growth(postgres, [now, before])
    for mine, each in zip((now, before), found, strict=True):
        for channel in ("email", "sms"):
            got = each.get(channel, consents.Growth())
            wanted = reference.growth(words, channel, mine.begin_ms, mine.end_ms)
            assert (got.gained, got.lost) == wanted
    gained = consents.total(found[0]).gained
    asked = {"channel": "", "limit": 10, "after_ms": 9_999_999_999_999, "after": 2**31}
    people = consents.people(postgres, now, asked)
    assert [one[0] for one in people] == ([7] if gained else [])
    granted = consents.granted(postgres)
    far = clock.to_ms(clock.now())
    for channel in ("email", "sms"):
        everybody = {one.contact for one in words}
        wanted_now = sum(reference.agrees(words, one, channel, far) for one in everybody)
        assert granted.get(channel, 0) == wanted_now
