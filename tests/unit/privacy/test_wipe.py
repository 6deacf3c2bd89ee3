"""Deleted rows are on the disk until the tables are written anew and the log is used up."""

import os
import uuid
from pathlib import Path

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection, connect
from kervan.privacy import wipe

pytestmark = pytest.mark.skipif(
    "KERVAN_TEST_POSTGRES_URL" in os.environ, reason="looks into the files of our own server"
)


def _holding(place: Path, text: str) -> set[str]:
    """The folders of a data directory with a file that holds `text`."""
    found = set()
    for file in place.rglob("*"):
        try:
            if file.is_file() and text.encode() in file.read_bytes():
                found.add(file.relative_to(place).parts[0])
        except OSError:
            continue
    return found


def _insert(conn: Connection, marker: str) -> None:
    # Many rows, so that no later one falls on the place of an earlier by chance.
    conn.execute(
        "insert into profile (id, key, traits, created_at)"
        " select gen_random_uuid(), '', jsonb_build_object('wish', %s::text), now()"
        " from generate_series(1, 300)",
        (marker,),
    )


def test_no_byte_of_a_deleted_row_is_left(
    postgres_url: str, workspace: str, session_dir: Path
) -> None:
    marker, place = f"wish-{uuid.uuid4()}", session_dir / "postgres"
    with connect(postgres_url, autocommit=True, workspace=workspace) as conn:
        _insert(conn, marker)
        conn.execute("analyze profile")
        conn.execute("checkpoint")
        assert _holding(place, marker) == {"base", "pg_wal"}
        with conn.transaction():
            row = conn.execute("select pg_current_xact_id()::text").fetchone()
            conn.execute("delete from profile")
        conn.execute("vacuum profile")
        conn.execute("checkpoint")
        assert "pg_wal" in _holding(place, marker), "deleting and vacuuming is not enough"
        assert row is not None
        assert wipe.pages(conn, row[0]) > 0
        conn.execute("checkpoint")
        assert "base" not in _holding(place, marker)
        assert wipe.log(conn) > 0
        assert _holding(place, marker) == set()
        assert conn.execute("show wal_recycle").fetchone() == ("on",)


def test_rows_that_somebody_still_sees_are_waited_for(postgres_url: str, workspace: str) -> None:
    with (
        connect(postgres_url, autocommit=True, workspace=workspace) as conn,
        connect(postgres_url, workspace=workspace) as reader,
    ):
        _insert(conn, "x")
        reader.execute("set transaction isolation level repeatable read")
        reader.execute("select count(*) from profile").fetchone()
        with conn.transaction():
            row = conn.execute("select pg_current_xact_id()::text").fetchone()
            conn.execute("delete from profile")
        assert row is not None
        with pytest.raises(KervanError) as caught:
            wipe.pages(conn, row[0], patience_seconds=0.3)
        assert caught.value.code == "privacy.old_rows_held"
        reader.rollback()
        assert wipe.pages(conn, row[0]) > 0


def test_a_server_that_is_not_ours_to_administer_says_so(postgres_url: str, workspace: str) -> None:
    with connect(postgres_url, autocommit=True, workspace=workspace) as conn:
        name = f"guest_{workspace}"
        conn.execute(f"create role {name}")
        conn.execute(f"set role {name}")
        for work in (lambda: wipe.pages(conn, "3"), lambda: wipe.log(conn)):
            with pytest.raises(KervanError) as caught:
                work()
            assert caught.value.code == "privacy.not_allowed_to_wipe"
        conn.execute("reset role")
        conn.execute(f"drop role {name}")
