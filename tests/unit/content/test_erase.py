"""Opens and clicks of an erased person are not judged any more."""

import uuid

from kervan.content import erase
from kervan.kernel.postgres import Connection


def test_only_hers_go(postgres: Connection) -> None:
    for person in (1, 2):
        postgres.execute(
            "insert into touch values (%s, 1, 1, false, now(), null, 'agent', 'https://a.test', 1,"
            " %s, 'j', 1, 's', 1, 'email', null)",
            (uuid.uuid4(), person),
        )
    assert erase.erase(postgres, [1]) == 1
    assert postgres.execute("select person from touch").fetchall() == [(2,)]
