"""Migrations are applied once, in order, and a changed or unknown one is noticed."""

import pytest

from kervan.kernel import migrate
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def test_a_second_run_applies_nothing(postgres: Connection, workspace: str) -> None:
    assert migrate.migrate(postgres, None, [workspace]) == 0


def test_a_changed_migration_is_refused(postgres: Connection, workspace: str) -> None:
    postgres.execute(
        "update kervan.migration set checksum = 'x' where name = 'profiles/0001_profiles'"
    )
    postgres.commit()
    with pytest.raises(KervanError) as caught:
        migrate.migrate(postgres, None, [workspace])
    assert caught.value.code == "kernel.migration_changed"


def test_a_newer_database_is_refused(postgres: Connection, workspace: str) -> None:
    postgres.execute(
        "insert into kervan.migration (place, name, checksum, applied_at)"
        " values ('installation', 'future/0001_later', 'x', now())"
    )
    postgres.commit()
    with pytest.raises(KervanError) as caught:
        migrate.migrate(postgres, None, [workspace])
    assert caught.value.code == "kernel.database_is_newer"


def test_what_is_missing_is_named(postgres: Connection, workspace: str) -> None:
    postgres.execute("delete from kervan.migration where name = 'consent/0001_consent'")
    postgres.commit()
    assert f"ws_{workspace}: consent/0001_consent" in migrate.missing(postgres, [workspace])
