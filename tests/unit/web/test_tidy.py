"""Housework seals what was written since, and leaves the rest alone."""

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.web import access, audit, tidy


def test_lines_are_sealed_and_what_is_good_stays(postgres: Connection) -> None:
    session = access.use_link(postgres, access.make_link(postgres))
    for _ in range(3):
        audit.write(postgres, "main", "thing_done", {})
    assert tidy.step(postgres, clock.now()) is False
    assert audit.verify(postgres) == (3, None)
    assert session is not None and access.by_session(postgres, session, "main") is not None
