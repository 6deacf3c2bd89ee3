"""What is being written is kept beside what is live, and nobody's work is lost without a word."""

from datetime import UTC, datetime

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import apply, drafts
from tests.unit.onsite.winter import campaign, plain

AT = datetime(2026, 11, 23, tzinfo=UTC)


def write(conn: Connection, by: str, expected: int | None, **changed: object) -> int:
    given = plain(**changed)
    return drafts.write(conn, given["key"], given, 0, AT, by, expected=expected).edition


def test_the_second_of_two_authors_is_told(postgres: Connection) -> None:
    assert write(postgres, "ayla", 0) == 1
    assert write(postgres, "ayla", 1, name="Two", kind="balloon") == 2
    with pytest.raises(KervanError) as caught:
        write(postgres, "can", 1, name="Three")
    assert (caught.value.code, caught.value.status) == ("onsite.draft_changed", 409)
    found = drafts.get(postgres, "winter")
    assert (found.campaign["name"], found.by, found.edition) == ("Two", "ayla", 2)
    with pytest.raises(KervanError):
        drafts.drop(postgres, "winter", expected=1)
    assert drafts.drop(postgres, "winter", expected=2)
    assert not drafts.drop(postgres, "winter")
    assert drafts.find(postgres, "winter") is None


def test_only_what_was_never_published_is_listed(postgres: Connection) -> None:
    write(postgres, "ayla", None)
    write(postgres, "ayla", None, key="summer")
    apply.apply(postgres, campaign(), AT, "ayla")
    assert [one.key for one in drafts.fresh(postgres)] == ["summer"]


def test_it_stays_within_bounds(postgres: Connection) -> None:
    for key, given in (
        ("Winter!", plain(key="Winter!")), ("other", plain()),
        ("winter", plain(name="x" * drafts.MOST_BYTES)),
    ):  # fmt: skip
        with pytest.raises(KervanError) as caught:
            drafts.write(postgres, key, given, 0, AT, "ayla")
        assert caught.value.code == "onsite.draft_unfit"
    assert write(postgres, "ayla", None, name="nul \x00, half \N{SNOWMAN}") == 1
    assert drafts.get(postgres, "winter").campaign["name"] == "nul \x00, half \N{SNOWMAN}"
