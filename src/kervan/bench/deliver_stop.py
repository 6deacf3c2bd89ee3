"""Bench `deliver`, its part stop: how long after the emergency stop the last mail still leaves."""

from kervan.bench import mail, sink, state
from kervan.bench.mail_crowd import Crowd
from kervan.bench.report import Figure, at_most, fact, note
from kervan.delivery import outbox
from kervan.kernel import clock, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

BENCH = "deliver"
_PEOPLE = 6_000
_MOST_SECONDS = 1.0
_WATCH_SECONDS = 3.0
_SQL = sql.load(__package__, "deliver_stop.sql")


def figures(config: Config, *, scale: int = 1, people: int = _PEOPLE) -> list[Figure]:
    """Stop all marketing in the middle of a broadcast, look for what still leaves, and resume.

    What is told is the time from the stop's commit to the last hand-over, by the journal's clock.
    Raises bench.not_sent when nothing was left to stop, or not all was sent in the end.
    """
    count = people * scale
    with state.database(config) as here, here.connect() as conn, sink.smtp_sink() as smtp_url:
        note(f"introducing {count:,} people")
        crowd = Crowd(here, conn, count)
        plain, _ = mail.configs(here.config, smtp_url, here.config.data / "dkim.pem")
        before = mail.accepted(conn)
        with mail.sender(plain) as process:
            crowd.tell_all(count)
            note(f"stopping {count:,} mails on their way")
            deadline = clock.monotonic() + 60
            while not mail.accepted(conn) and clock.monotonic() < deadline:
                clock.sleep(0.01)
            outbox.stop(conn, "bench", clock.now())
            conn.commit()
            at = clock.now()
            clock.sleep(_WATCH_SECONDS)
            row = conn.execute(_SQL.last, {"at": at}).fetchone()
            conn.commit()
            assert row is not None
            late, gone = float(row[0] or 0.0), int(row[1])
            if not 0 < gone < count:
                raise KervanError("bench.not_sent", 500, intended=count, sent=gone)
            _go_on(conn)
            mail.wait(conn, process, before, count)
    return [
        at_most(BENCH, "stop_seconds", max(0.0, late), "s", _MOST_SECONDS),
        fact(BENCH, "stopped_before_they_left", count - gone, "mails"),
    ]


def _go_on(conn: Connection) -> None:
    outbox.resume(conn)
    conn.commit()
