"""Who looks at a message of her own inbox is believed; nobody reads another's."""

from datetime import UTC, datetime

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import inbox
from kervan.onsite.mark import mark
from tests.unit.onsite.people import VAULT, meet, put

_AT = datetime(2026, 11, 28, tzinfo=UTC)


def test_once_is_as_good_as_twice_and_only_she_may(postgres: Connection) -> None:
    meet(postgres, 7)
    meet(postgres, 9)
    message = put(postgres, 7, "m")
    for state in ("read", "archived"):
        with pytest.raises(KervanError) as caught:
            mark(postgres, 9, message, state, _AT)
        assert caught.value.code == "onsite.inbox_unknown"
    assert mark(postgres, 7, message, "read", _AT)
    assert not mark(postgres, 7, message, "read", _AT)
    page = inbox.page(postgres, VAULT, 7, _AT)
    assert page.messages[0].read
    assert page.unread == 0
    assert mark(postgres, 7, message, "archived", _AT)
    assert inbox.page(postgres, VAULT, 7, _AT).messages == []
