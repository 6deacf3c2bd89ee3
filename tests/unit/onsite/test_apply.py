"""A campaign is applied once, changes make versions, and nobody unknown is aimed at."""

from datetime import UTC, datetime

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid
from kervan.onsite import apply as applying
from kervan.onsite import store
from kervan.segments.definitions import store as segments
from kervan.segments.definitions import users
from tests.unit.onsite.winter import campaign

_AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_versions_pause_and_what_is_said(postgres: Connection) -> None:
    edition = store.edition(postgres)
    planned = applying.plan(postgres, campaign())
    assert (planned.change, planned.number) == ("new", 1)
    assert applying.apply(postgres, campaign(), _AT, "ayla").change == "new"
    assert store.edition(postgres) != edition
    assert applying.apply(postgres, campaign(), _AT, "ayla").change == "same"
    changed = applying.apply(postgres, campaign(priority=3), _AT, "can")
    assert (changed.change, changed.before, changed.number) == ("changed", 1, 2)
    assert all(changed.say(locale) for locale in ("tr", "az", "en"))
    assert [one.number for one in store.versions(postgres, "winter")] == [1, 2]
    assert store.get(postgres, "winter").campaign == campaign(priority=3)
    assert store.get(postgres, "winter", 1).by == "ayla"
    edition = store.edition(postgres)
    assert store.pause(postgres, "winter", _AT, paused=True)
    assert not store.pause(postgres, "winter", _AT, paused=True)
    assert store.every(postgres)[0].paused
    assert store.edition(postgres) != edition
    with pytest.raises(KervanError) as caught:
        store.pause(postgres, "summer", _AT, paused=True)
    assert caught.value.code == "onsite.unknown"


def test_an_audience_and_a_brand_must_be_known(postgres: Connection) -> None:
    with pytest.raises(NotValid) as caught:
        applying.apply(postgres, campaign(audience="vip", brand="sister"), _AT, "ayla")
    assert [one.path for one in caught.value.problems] == ["/audience", "/brand"]


def test_a_segment_knows_whose_audience_it_is(postgres: Connection) -> None:
    segments.create(postgres, "vip", "VIP", None, segments.Author("ayla", _AT))
    applying.apply(postgres, campaign(audience="vip"), _AT, "ayla")
    assert store.of_segment(postgres, "vip") == [users.Use("onsite", "winter", "Winter")]
    assert store.of_segment(postgres, "others") == []
