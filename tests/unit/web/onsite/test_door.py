"""The door of pages: who asks without end has to wait, and nobody with her."""

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web.onsite import door


def test_who_asks_without_end_has_to_wait(postgres: Connection) -> None:
    for _ in range(300):
        door.slow_down(postgres, "main", 7)
    with pytest.raises(KervanError) as slow:
        door.slow_down(postgres, "main", 7)
    assert (slow.value.code, slow.value.status) == ("web.too_many_tries", 429)
    door.slow_down(postgres, "main", 8)
    door.slow_down(postgres, "other", 7)
