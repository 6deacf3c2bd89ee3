"""Sources as a collector knows them, whatever is made while they are read."""

from typing import Any

from kervan.collect import sources
from kervan.collect.sources import Sources
from kervan.kernel import postgres
from kervan.kernel.postgres import Connection


class Between:
    """A connection beside which somebody makes a source after the first question."""

    def __init__(self, conn: Connection, other: Connection, workspace: str) -> None:
        self._conn = conn
        self._other = other
        self._workspace = workspace
        self.key = ""

    def execute(self, *asked: Any) -> Any:
        found = self._conn.execute(*asked)
        if not self.key:
            self.key = sources.create(self._other, self._workspace, "New", "server")
            self._other.commit()
        return found


def test_a_source_made_while_they_are_read_is_known_the_next_time(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    key = sources.create(postgres, workspace, "Shop", "server")
    postgres.commit()
    known = Sources()
    with _another(postgres_url, workspace) as other:
        between = Between(postgres, other, workspace)
        known.refresh(between)
    assert known.find(key) is not None
    assert known.find(between.key) is None
    known.refresh(postgres)
    assert known.find(between.key) is not None


def _another(url: str, workspace: str) -> Connection:
    return postgres.connect(url, workspace=workspace)
