"""A notice is published once, never changed, and found by its language and time."""

from datetime import timedelta

import pytest

from kervan.consent import notices
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT


def test_a_changed_text_is_a_new_version_and_the_same_text_is_not(postgres: Connection) -> None:
    first = notices.publish(postgres, "kvkk", "tr", "Metin bir", AT)
    again = notices.publish(postgres, "kvkk", "tr", "Metin bir", AT)
    second = notices.publish(postgres, "kvkk", "tr", "Metin iki", AT + timedelta(days=9))
    azeri = notices.publish(postgres, "kvkk", "az", "Mətn", AT)
    assert (first.version, again.id, second.version, azeri.version) == (1, first.id, 2, 1)
    assert notices.latest(postgres, "kvkk", "tr") == second
    assert notices.latest(postgres, "kvkk", "tr", AT + timedelta(days=1)) == first
    assert notices.latest(postgres, "kvkk", "en") is None
    assert notices.by_id(postgres, [first.id, 99]) == {first.id: first}
    assert [one.id for one in notices.everything(postgres)] == [azeri.id, first.id, second.id]


@pytest.mark.parametrize(
    ("key", "language", "text"),
    [("", "tr", "a"), ("k", "de", "a"), ("k", "tr", ""), ("k", "tr", "a\0b"), ("k\n", "tr", "a")],
)
def test_what_cannot_be_kept_is_refused(
    postgres: Connection, key: str, language: str, text: str
) -> None:
    with pytest.raises(KervanError) as caught:
        notices.publish(postgres, key, language, text)
    assert caught.value.code == "consent.notice_unfit"
