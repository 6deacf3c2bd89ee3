"""An erasure waits for what came before, does each step once, and goes on where it was cut off."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import intake, sources, store
from kervan.kernel import clock, crypto
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection, connect
from kervan.privacy import erase, receipt, requests
from tests.conftest import Urls
from tests.story import disk

_VAULT = crypto.Vault(b"k" * 32)

# Every table with a column that names a person or an address, and what an erasure does with it. A
# new table fails the test below until somebody has thought about it.
PLACES = {
    "profile": "row goes, and the key with it",
    "person_name": "row goes",
    "note": "row goes",
    "preference": "row goes",
    "push_token": "row goes",
    "rehearsal_story": "row goes: it tells of a person by her number",
    "identifier": "row goes",
    "claim": "row goes, of her and of her values",
    "session": "row goes",
    "identity_decision": "hash goes, numbers stay",
    "contact_point": "value goes, hash stays as proof",
    "consent_event": "proof goes, chained row stays",
    "consent_mail": "row goes",
    "consent_state": "hashes only; taken back",
    "consent_waiting": "row goes",
    "contact_suppression": "hash stays: nothing may go there",
    "registry_outbox": "hashes; a sealed address until the registry knows that she refuses",
    "registry_state": "hashes only",
    "registry_wanted": "hashes only",
    "message": "what was said goes, figures stay",
    "message_lookup": "row goes",
    "seed": "row goes",
    "colleague_address": "a user's, no customer's; row goes in two days",
    "inbound_message": "row goes",
    "message_said": "row goes",
    "inbox_message": "row goes",
    "mail_report": "hash goes, figures stay",
    "task": "row goes",
    "task_attempt": "row goes",
    "slot": "row goes",
    "paced": "row goes",
    "journey_reunion": "row goes",
    "journey_run": "stopped; numbers stay",
    "journey_signal": "row goes",
    "journey_notice": "row goes",
    "points_wish": "row goes",
    "coupon": "code stays given, whose it was goes",
    "purchase": "order number goes, amount stays",
    "touch": "row goes",
    "membership": "row goes",
    "audience_member": "hashes go, once the platform has heard that she left, or in 30 days",
    "audience_goodbye": "numbers only",
    "audience_refused": "row goes",
    "conversion": "row goes",
    "segment_sync_member": "the id that was told goes, once its receiver has heard that she left",
}
_NAMES = ("person", "contact", "sealed", "value_hash")

_KILLED = """
import os, signal, sys, uuid
from kervan.kernel import clickhouse, clock, crypto, postgres
from kervan.privacy import erase
url, history, workspace, person, point = sys.argv[1:]
with postgres.connect(url, workspace=workspace) as conn:
    client = clickhouse.connect(history, postgres.schema_name(workspace))
    place = erase.Place(crypto.Vault(b"k" * 32), workspace, 3)
    one = erase.of_person(conn, uuid.UUID(person))
    while step := erase.next_step(conn, one):
        assert erase.advance(conn, client, place, one, step, clock.now())
        if point == f"before {step}":
            os.kill(os.getpid(), signal.SIGKILL)
        conn.commit()
        if point == f"after {step}":
            os.kill(os.getpid(), signal.SIGKILL)
        one = erase.of_person(conn, uuid.UUID(person))
"""


@pytest.fixture
def place(workspace: str) -> erase.Place:
    return erase.Place(_VAULT, workspace, 3)


def _person(conn: Connection, client: Client, workspace: str, number: int = 7) -> uuid.UUID:
    outside = uuid.UUID(int=number)
    conn.execute(
        "insert into profile (person, id, key, traits, created_at) overriding system value"
        " values (%s, %s, %s, %s, now())",
        (number, outside, _VAULT.workspace(workspace).new_person_key(), json.dumps({})),
    )
    client.command(
        "INSERT INTO events_in (name, person, at, event_id, batch, properties, context) VALUES"
        " ('Wish', {p:UInt32}, now64(3), '0123456789abcdef', 1, '{\"a\": \"SECRET\"}', '{}')",
        parameters={"p": number},
    )
    client.command(
        'INSERT INTO people (person, version, traits) VALUES ({p:UInt32}, 1, \'{"a": "SECRET"}\')',
        parameters={"p": number},
    )
    conn.commit()
    return outside


def _secrets(client: Client) -> int:
    return int(
        client.query(
            "SELECT (SELECT countIf(position(properties, 'SECRET') > 0) FROM events_by_person)"
            " + (SELECT countIf(position(toJSONString(traits), 'SECRET') > 0) FROM people)"
        ).result_rows[0][0]
    )


def test_every_place_that_names_somebody_is_thought_of(postgres: Connection) -> None:
    rows = postgres.execute(
        "select distinct table_name from information_schema.columns"
        " where table_schema = current_schema() and column_name = any(%s)",
        (list(_NAMES),),
    ).fetchall()
    assert {row[0] for row in rows} == set(PLACES), "say what an erasure does with it"


def test_it_waits_for_what_came_before_and_not_for_what_comes_after(
    postgres: Connection, clickhouse: Client, place: erase.Place, workspace: str
) -> None:
    _person(postgres, clickhouse, workspace)
    sources.create(postgres, workspace, "Shop", "server")
    intake.open_days(postgres, [clock.now().date()])
    number = store.workspace_id(postgres, workspace)
    intake.append(postgres, _VAULT, number, 1, b"{}", 1)
    one = erase.begin(postgres, 7, clock.now() + timedelta(seconds=1))
    step = erase.next_step(postgres, one)
    assert step == erase.WORDS
    assert not erase.advance(postgres, clickhouse, place, one, step, clock.now())
    assert not erase.step(postgres, clickhouse, place, clock.now())
    postgres.execute("update kervan.intake set batch = 5")
    assert erase.step(postgres, clickhouse, place, clock.now())
    assert erase.step(postgres, clickhouse, place, clock.now())
    intake.append(postgres, _VAULT, number, 1, b"{}", 1)
    assert erase.step(postgres, clickhouse, place, clock.now() + timedelta(seconds=2))
    assert erase.step(postgres, clickhouse, place, clock.now() + timedelta(seconds=2))
    assert not erase.step(postgres, clickhouse, place, clock.now()), "nothing is left"
    done = erase.of_person(postgres, uuid.UUID(int=7))
    assert done is not None and done.finished_at is not None
    assert done.copies_until == clock.now().date() + timedelta(days=4)


@pytest.mark.parametrize("point", ["after words", "before rows", "after rows", "before history"])
def test_killed_anywhere_it_is_finished_by_the_next(
    engines_urls: Urls, postgres: Connection, clickhouse: Client, place: erase.Place, point: str
) -> None:
    workspace = engines_urls.workspace
    her = _person(postgres, clickhouse, workspace)
    erase.begin(postgres, 7, clock.now())
    postgres.commit()
    died = subprocess.run(
        [
            sys.executable, "-c", _KILLED, engines_urls.postgres, engines_urls.clickhouse,
            workspace, str(her), point,
        ],
        env={**os.environ, "PYTHONPATH": "src"},
        check=False,
        timeout=90,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    left = postgres.execute("select count(*) from profile").fetchone()
    assert left == ((1,) if point in ("after words", "before rows") else (0,)), (
        "all of it or nothing"
    )
    while erase.step(postgres, clickhouse, place, clock.now()):
        postgres.commit()
    (one,) = [erase.of_person(postgres, her)]
    assert one is not None and one.finished_at is not None and one.people == [7]
    assert _secrets(clickhouse) == 0
    assert postgres.execute("select count(*) from profile").fetchone() == (0,)
    assert set(erase.steps(postgres, one)) == {"words", "rows", "history", "people"}


def test_asking_again_is_the_same_erasure_and_closes_its_request(
    postgres: Connection, clickhouse: Client, place: erase.Place, workspace: str
) -> None:
    her = _person(postgres, clickhouse, workspace)
    asked = requests.open_request(
        postgres, "erasure", her, received_at=clock.now(), jurisdiction="TR", zone="UTC",
        channel="web", identity_proof="signed_in", actor="ayla",
    )  # fmt: skip
    one = erase.begin(postgres, 7, clock.now())
    assert erase.begin(postgres, 7, clock.now(), request=asked.id).id == one.id
    assert receipt.receipt(postgres, one, "tr")["sentences"] == [
        "Silme işlemi başladı, henüz tamamlanmadı."
    ]
    while erase.step(postgres, clickhouse, place, clock.now()):
        pass
    done = erase.of_person(postgres, her)
    assert done is not None
    assert requests.one(postgres, asked.id).state == "done"
    said = receipt.receipt(postgres, done, "az")
    assert said["replay_copies_expire_on"] is None and len(said["sentences"]) == 3
    with pytest.raises(KervanError) as gone:
        erase.begin(postgres, 7, clock.now())
    assert gone.value.code == "privacy.person_unknown"
    # Wanted complete at once only afterwards, the steps that are left are done.
    again = erase.hasten(postgres, done)
    assert again.finished_at is None and erase.next_step(postgres, again) == erase.COPIES
    assert not erase.step(postgres, clickhouse, place, clock.now()), "a command's, not a worker's"


def test_of_two_who_are_at_it_one_does_each_step(
    engines_urls: Urls, postgres: Connection, clickhouse: Client, place: erase.Place
) -> None:
    workspace = engines_urls.workspace
    _person(postgres, clickhouse, workspace)
    postgres.execute(
        "insert into profile (person, id, key, created_at, merged_into) overriding system value"
        " values (8, %s, '', now(), 7)",
        (uuid.UUID(int=8),),
    )
    stale = erase.begin(postgres, 7, clock.now())
    postgres.commit()
    assert erase.advance(postgres, clickhouse, place, stale, erase.WORDS, clock.now())
    with connect(engines_urls.postgres, workspace=workspace) as other:
        waited = erase.advance(other, clickhouse, place, stale, erase.WORDS, clock.now())
        assert not waited, "somebody is at it"
        postgres.commit()
        assert erase.advance(other, clickhouse, place, stale, erase.ROWS, clock.now())
        other.commit()
        assert erase.advance(postgres, clickhouse, place, stale, erase.ROWS, clock.now())
        assert erase.advance(postgres, clickhouse, place, stale, erase.HISTORY, clock.now())
        assert erase.advance(postgres, clickhouse, place, stale, erase.PEOPLE, clock.now())
        postgres.commit()
    done = erase.of_person(postgres, uuid.UUID(int=7))
    assert done is not None and done.people == [7, 8] and _secrets(clickhouse) == 0
    assert erase.steps(postgres, done)["rows"][1] >= 2, "counted once, by who did it"


def _blocks(client: Client) -> Iterator[bytes]:
    """What the files of this workspace's tables hold, those that nothing reads any more too."""
    rows = client.query(
        "SELECT arrayJoin(data_paths) FROM system.tables WHERE database = currentDatabase()"
    ).result_rows
    for (path,) in rows:
        for file in Path(path).rglob("*"):
            try:
                raw = file.read_bytes() if file.is_file() else b""
            except OSError:
                continue  # it goes while we look
            yield raw
            yield from disk.blocks(raw)


def _is_on_disk(client: Client) -> bool:
    return any(b"SECRET" in block for block in _blocks(client))


@pytest.mark.parametrize("sabotaged", [False, True])
def test_no_file_of_history_holds_her_after_parts_and_without_that_step_one_does(
    postgres: Connection, clickhouse: Client, place: erase.Place, workspace: str, *, sabotaged: bool
) -> None:
    _person(postgres, clickhouse, workspace)
    assert _is_on_disk(clickhouse)
    one = erase.begin(postgres, 7, clock.now(), at_once=True)
    while (step := erase.next_step(postgres, one)) != erase.PARTS:
        assert step is not None
        assert erase.advance(postgres, clickhouse, place, one, step, clock.now())
        one = erase.of_person(postgres, one.person_id) or one
    assert _secrets(clickhouse) == 0 and _is_on_disk(clickhouse), "no query finds it, this does"
    if sabotaged:  # recorded as done, and not done
        erase.note(postgres, one, erase.PARTS, 0, clock.now())
    deadline = clock.monotonic() + 60
    while not erase.advance(postgres, clickhouse, place, one, erase.PARTS, clock.now()):
        assert clock.monotonic() < deadline, "the old files do not go"
        clock.sleep(0.1)
    assert erase.next_step(postgres, one) == erase.PAGES
    assert _is_on_disk(clickhouse) == sabotaged
