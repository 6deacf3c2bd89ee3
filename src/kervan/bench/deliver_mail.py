"""Bench `deliver`, its part e-mail: a broadcast from the outbox to a mail server, signed."""

from kervan.bench import mail, sink, state
from kervan.bench.mail_crowd import Crowd
from kervan.bench.report import Figure, at_least, fact, note, rate
from kervan.kernel import clock
from kervan.kernel.config import Config

BENCH = "deliver"
_PEOPLE = 20_000
_BATCH = 5_000
_WARM = 500
_LEAST_MAILS = 1_000


def figures(config: Config, *, scale: int = 1, people: int = _PEOPLE) -> list[Figure]:
    """Mails a CPU second of all our processes: what fills the outbox, and the sender.

    `scale` 10 is the broadcast to 200,000. Each person gets one mail, with DKIM, at smtp-sink. The
    floor is one signature and one bare hand-over of the same mails. The database's CPU is told
    beside it.
    """
    count = people * scale
    with state.database(config) as here, here.connect() as conn, sink.smtp_sink() as smtp_url:
        note(f"introducing {count:,} people")
        crowd = Crowd(here, conn, min(count, _BATCH))
        for size in range(2 * _BATCH, count + _BATCH, _BATCH):
            crowd.grow(min(size, count))
        key_path = here.config.data / "dkim.pem"
        key = mail.new_key(key_path)
        _, signed = mail.configs(here.config, smtp_url, key_path)
        mails, _ = mail.written(here, conn, crowd, signed)
        bare = mail.bare(smtp_url, mails, key)
        with mail.sender(signed) as process:
            mail.send(conn, crowd, process, min(_WARM, count))
            note(f"sending {count:,} mails, signed")
            began, server = clock.monotonic(), here.cpu_seconds()
            before, sender = mail.accepted(conn), state.cpu_seconds(process)
            ours = crowd.tell_all(_BATCH)
            mail.wait(conn, process, before, count)
            ours += state.cpu_seconds(process) - sender
            seconds, server = clock.monotonic() - began, here.cpu_seconds() - server
    return [
        at_least(
            BENCH, "broadcast_mails_per_cpu", rate(count, ours, state.TICK_SECONDS), "/CPU s",
            _LEAST_MAILS, floor=rate(1, bare),
        ),
        fact(BENCH, "broadcast_mails", rate(count, seconds), "/s"),
        fact(BENCH, "broadcast_database", server / count * 1e6, "CPU µs/mail"),
    ]  # fmt: skip
