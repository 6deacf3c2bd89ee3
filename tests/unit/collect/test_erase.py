"""What waits holds an erasure up; refused events of hers go; copies for a replay go when told."""

from datetime import timedelta

from kervan.collect import dead_letters, erase, intake, sources, store
from kervan.collect.batch import Letter
from kervan.collect.event import Rejected
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

_VAULT = Vault(b"k" * 32)


def _place(conn: Connection, workspace: str) -> tuple[int, int]:
    number = store.workspace_id(conn, workspace)
    sources.create(conn, workspace, "Shop", "server")
    row = conn.execute("select id from kervan.source where name = 'Shop'").fetchone()
    assert row is not None
    intake.open_days(conn, [clock.now().date()])
    return number, int(row[0])


def test_only_letters_that_name_her_go(postgres: Connection, workspace: str) -> None:
    number, source = _place(postgres, workspace)
    raws = ['{"email":"Irem@Ornek.com"}', '{"email":"other@ornek.com"}', '{"userId":"C-1"}', "{"]
    letters = [
        Letter(source, clock.now_ms(), Rejected("collect.not_json", "", raw.encode()))
        for raw in raws
    ]
    dead_letters.keep(postgres, _VAULT, number, letters)
    # A letter of a key that is gone is nobody's any more, and no obstacle.
    dead_letters.keep(postgres, Vault(b"x" * 32), number, letters[:1])
    assert erase.letters(postgres, _VAULT, number, ["irem@ornek.com", "c-1", "", "a"]) == 2
    left = postgres.execute("select count(*) from kervan.dead_letter").fetchone()
    assert left == (3,)
    assert erase.letters(postgres, _VAULT, number, ["irem@ornek.com", "c-1"]) == 0
    assert erase.expire_letters(postgres, clock.now() - timedelta(days=1), 100) == 0
    assert erase.expire_letters(postgres, clock.now() + timedelta(days=1), 2) == 2


def test_what_came_before_is_waited_for_and_copies_go(postgres: Connection, workspace: str) -> None:
    number, source = _place(postgres, workspace)
    assert not erase.waits(postgres, number, clock.now())
    intake.append(postgres, _VAULT, number, source, b"{}", 1)
    after = clock.now() + timedelta(seconds=1)
    assert erase.waits(postgres, number, after)
    assert not erase.waits(postgres, number, after - timedelta(hours=1)), "what came later may"
    assert erase.drop_processed(postgres) == 0 and erase.last_copy(postgres, number) is None
    postgres.execute("update kervan.intake set batch = 7")
    assert not erase.waits(postgres, number, after)
    store.keep_block(postgres, _VAULT, 7, number, 1, 1, b"block", [])
    assert erase.waits(postgres, number, after), "resolved, and not in history yet"
    assert erase.last_copy(postgres, number) == clock.now().date()
    assert erase.drop_processed(postgres) == 1
