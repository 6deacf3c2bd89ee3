"""A campaign is put away and brought back; what shows a picture of the library is known."""

from datetime import UTC, datetime

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import apply, drafts, rules, store
from tests.unit.onsite.winter import WORDS, campaign, plain

AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_an_archived_one_is_shown_to_nobody_and_comes_back_paused(postgres: Connection) -> None:
    apply.apply(postgres, campaign(), AT, "ayla")
    edition = store.edition(postgres)
    assert store.archive(postgres, "winter", AT, archived=True)
    assert not store.archive(postgres, "winter", AT, archived=True)
    assert store.edition(postgres) != edition, "pages are told anew"
    assert store.every(postgres) == []
    (put_away,) = store.every(postgres, archived=True)
    assert put_away.archived_at == AT and rules.live([put_away], AT) == []
    for deed in (
        lambda: store.pause(postgres, "winter", AT, paused=False),
        lambda: apply.apply(postgres, campaign(name="Other"), AT, "can"),
    ):
        with pytest.raises(KervanError) as caught:
            deed()
        assert (caught.value.code, caught.value.status) == ("onsite.is_archived", 409)
    assert store.archive(postgres, "winter", AT, archived=False)
    assert [one.paused for one in store.every(postgres)] == [True]
    assert store.pause(postgres, "winter", AT, paused=False)
    with pytest.raises(KervanError) as caught:
        store.archive(postgres, "summer", AT, archived=True)
    assert caught.value.code == "onsite.unknown"


def test_who_shows_a_picture(postgres: Connection) -> None:
    token, other = "a" * 24, "b" * 24
    image = {"type": "image", "url": f"https://shop.example/m/{token}/600.jpg", "alt": ""}
    wide = {"type": "columns", "columns": [[image], [WORDS[1]]]}
    apply.apply(postgres, campaign(blocks={"tr": [*WORDS, wide]}), AT, "ayla")
    assert store.shows(postgres, [token, other]) == [("winter", "Winter", token)]
    apply.apply(postgres, campaign(), AT, "ayla")
    assert store.shows(postgres, [token]) == []
    assert store.ever_showed(postgres, token) and not store.ever_showed(postgres, other)
    given = plain(key="summer", look=f"/m/{other}/600.jpg")
    drafts.write(postgres, "summer", given, 0, AT, "ayla")
    assert store.ever_showed(postgres, other), "a draft that shows it would lose it"
