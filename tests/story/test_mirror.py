"""What is known of people reaches the mirror within a second, and all of it through killed workers.

Seconds are printed, not held.
"""

import itertools
import time

from kervan.app.ground import vault_of
from kervan.segments.mirror import differ
from kervan.segments.mirror.read import Usual
from tests.sdk.door import until
from tests.story.running import Kervan

_PEOPLE, _ROUNDS, _KILLS = 20, 9, 3
_IDLE = (
    "select not exists (select 1 from mirror_mark)"
    " and not exists (select 1 from kervan.intake where batch is null)"
    " and not exists (select 1 from mirror_fill where next_person <= last_person)"
)
_CITY = (
    "SELECT traits.city.:String FROM people FINAL"
    " WHERE NOT gone AND traits.customer.:String = {user:String}"
)


def _identify(kervan: Kervan, user: str, city: str) -> None:
    traits = {"city": city, "customer": user, "email": f"{user}@example.com"}
    kervan.send({"type": "identify", "userId": user, "traits": traits})


def _city(kervan: Kervan, user: str) -> str:
    client = kervan.history()
    try:
        rows = client.query(_CITY, parameters={"user": user}).result_rows
    finally:
        client.close()
    return str(rows[0][0]) if rows else ""


def _comes(kervan: Kervan, user: str, city: str) -> None:
    until(lambda: _city(kervan, user) == city, lambda: kervan.log[-2000:], 60)


def _differences(kervan: Kervan) -> list[int]:
    config = kervan.config
    usual = Usual(config.country, config.timezone, config.locale)
    client = kervan.history()
    try:
        with kervan.connection() as conn:
            vault = vault_of(config).workspace(config.workspace)
            return differ.differences(conn, client, vault, usual)
    finally:
        client.close()


def test_the_mirror_follows_people_through_killed_workers(kervan: Kervan) -> None:
    seconds = []
    for number in range(8):
        began = time.monotonic()
        _identify(kervan, "mirror-0", f"city {number}")
        _comes(kervan, "mirror-0", f"city {number}")
        seconds.append(time.monotonic() - began)
    users = [f"mirror-{number}" for number in range(_PEOPLE)]
    kills = itertools.cycle(range(_ROUNDS // _KILLS))
    for turn in range(_ROUNDS):
        for user in users:
            _identify(kervan, user, f"turn {turn}")
        if next(kills) == 0:
            for worker in kervan.children("worker"):
                worker.kill()
    until(lambda: kervan.rows(_IDLE) == [(True,)], lambda: kervan.log[-2000:], 60)
    _comes(kervan, users[-1], f"turn {_ROUNDS - 1}")
    until(lambda: _differences(kervan) == [], lambda: str(_differences(kervan)), 60)
    assert {_city(kervan, user) for user in users} == {f"turn {_ROUNDS - 1}"}
    assert "child_died" in kervan.log, "no worker was killed"
    print(f"a trait in the mirror after {min(seconds):.2f} to {max(seconds):.2f} s")
