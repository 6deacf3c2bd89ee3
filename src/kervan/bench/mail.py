"""Bench `mail`: the demo's basket mail, written, signed and handed over; the sender's CPU only."""

import contextlib
import dataclasses
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kervan.bench import sink, state
from kervan.bench.mail_crowd import Crowd
from kervan.bench.report import Figure, at_least, fact, growth, noisy, note, rate
from kervan.bench.state import State
from kervan.delivery import books, gather
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.channels.smtp import Mail
from kervan.delivery.compose import EmailComposer
from kervan.delivery.states import State as MessageState
from kervan.kernel import clock, sql
from kervan.kernel.config import Config, environment
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

NAME = "mail"
_SQL = sql.load(__package__, "mail.sql")
_MAILS, _WARM, _BARE = 4_000, 1_000, 3_000
_ROUNDS = 3  # the best one counts: neighbours on the machine only ever add
_LEAST_SIGNED, _LEAST_UNSIGNED = 1_000, 2_500
# The signatures a second measured once on the machine of docs/decisions/two-engines.md.
KNOWN_SIGNATURES = 2_679
_STUCK_SECONDS = 180.0
_STOP_SECONDS = 10.0


def measure(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
    """Run the bench; `scale` repeats it with that many times the people and the mails."""
    figures: list[Figure] = []
    used: list[float] = []
    with state.database(config) as here, here.connect() as conn, sink.smtp_sink() as smtp_url:
        note(f"introducing {_MAILS:,} people")
        crowd = Crowd(here, conn, _MAILS)
        key_path = here.config.data / "dkim.pem"
        key = new_key(key_path)
        plain, signed = configs(here.config, smtp_url, key_path)
        kinds = (("unsigned", plain, _LEAST_UNSIGNED), ("signed", signed, _LEAST_SIGNED))
        for name, mine, least in kinds:
            note(f"sending {_ROUNDS} times {_MAILS:,} mails, {name}")
            mails, write_seconds = written(here, conn, crowd, mine)
            floor = bare(smtp_url, mails, key if mine is signed else None)
            with sender(mine) as process:
                send(conn, crowd, process, _WARM)
                used.append(min(send(conn, crowd, process, _MAILS) for _ in range(_ROUNDS)))
            figures += [
                at_least(
                    NAME,
                    f"{name}_mails_per_cpu_second",
                    rate(_MAILS, used[-1], state.TICK_SECONDS),
                    "mails/s",
                    least,
                    floor=rate(1, floor),
                ),
                fact(NAME, f"{name}_writing", write_seconds * 1e6, "µs/mail"),
                fact(NAME, f"{name}_mail_size", len(mails[0].content), "bytes"),
            ]
        figures += _signatures(key)
        if scale > 1:
            note(f"introducing {_MAILS * scale:,} people")
            crowd.grow(_MAILS * scale)
            more = 0.0
            for name, mine, _ in kinds:
                note(f"sending {_MAILS * scale:,} mails, {name}")
                with sender(mine) as process:
                    send(conn, crowd, process, _WARM)
                    more += send(conn, crowd, process, _MAILS * scale)
            figures.append(growth(NAME, scale, more, sum(used)))
    return figures


def configs(config: Config, smtp_url: str, key_path: Path) -> tuple[Config, Config]:
    """A sender's settings without and with a key to sign."""
    plain = dataclasses.replace(
        config,
        smtp_url=smtp_url,
        mail_from="Örnek Dükkân <news@shop.example>",
        public_url="https://go.shop.example",
        dkim_domain="",
        dkim_selector="",
        dkim_key_path="",
    )
    return plain, dataclasses.replace(
        plain, dkim_domain="shop.example", dkim_selector="bench", dkim_key_path=str(key_path)
    )


def new_key(path: Path) -> rsa.RSAPrivateKey:
    """A key to sign with, kept at `path`."""
    key = rsa.generate_private_key(65537, 2048)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return key


@contextlib.contextmanager
def sender(config: Config) -> Iterator[psutil.Process]:
    """The program's own sender as a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "kervan", "sender"], env=environment(config))
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
        process.kill()
        process.wait()


def send(conn: Connection, crowd: Crowd, process: psutil.Process, count: int) -> float:
    """Have `count` mails sent; gives the sender's CPU seconds. Raises bench.not_sent."""
    before = accepted(conn)
    cpu = state.cpu_seconds(process) if process.is_running() else 0.0
    crowd.intend(count)
    wait(conn, process, before, count)
    return state.cpu_seconds(process) - cpu


def wait(conn: Connection, process: psutil.Process, before: int, count: int) -> None:
    """Until nothing is open any more; then `count` more than `before` must have been sent.

    Raises bench.not_sent.
    """
    deadline = clock.monotonic() + _STUCK_SECONDS * max(1.0, count / _MAILS)
    while _open(conn):
        if clock.monotonic() > deadline or not process.is_running():
            break
        clock.sleep(0.05)
    sent = accepted(conn) - before
    if sent != count:
        raise KervanError("bench.not_sent", 500, intended=count, sent=sent)


def _open(conn: Connection) -> int:
    row = conn.execute(_SQL.open_messages).fetchone()
    conn.commit()
    return int(row[0]) if row else 0


def accepted(conn: Connection) -> int:
    """How many messages the mail server has taken so far."""
    found: dict[int, int] = dict(conn.execute(_SQL.states).fetchall())
    conn.commit()
    return int(found.get(int(MessageState.ACCEPTED), 0))


def written(
    here: State, conn: Connection, crowd: Crowd, config: Config, count: int = _WARM
) -> tuple[list[Mail], float]:
    """A few mails as the sender would write them, and the CPU seconds one of them takes."""
    email = Email(Settings.of(config))
    composer = EmailComposer(email, here.vault, config.address)
    crowd.intend(count)
    claims = books.claim(conn, 0, "email", count, clock.now())
    jobs, _ = gather.judge(conn, here.vault, claims, clock.now(), healthy=True, hold_seconds=1)
    if not jobs:
        raise KervanError("bench.not_sent", 500, intended=count, sent=0)
    composer.load(conn, jobs)
    started = state.own_cpu_seconds()
    mails = [composer.write(job) for job in jobs]
    seconds = (state.own_cpu_seconds() - started) / len(jobs)
    conn.rollback()
    conn.execute(_SQL.forget)
    conn.commit()
    return mails, seconds


def bare(
    smtp_url: str, mails: list[Mail], key: rsa.RSAPrivateKey | None, count: int = _BARE
) -> float:
    """CPU seconds to hand one finished mail over, and to make one signature when there is a key."""
    address = urlsplit(smtp_url)
    with socket.create_connection((address.hostname, address.port or 25)) as line:
        _until(line, b"220 ")
        line.sendall(b"EHLO bench.test\r\n")
        _until(line, b"250 ")
        groups = [
            f"MAIL FROM:<{one.sender}>\r\nRCPT TO:<{one.recipient}>\r\nDATA\r\n".encode()
            for one in mails
        ]
        line.sendall(groups[0])
        _until(line, b"354 ")
        started = state.own_cpu_seconds()
        for i in range(count):
            mail = mails[i % len(mails)]
            if key is not None:
                key.sign(mail.content[:300], padding.PKCS1v15(), hashes.SHA256())
            line.sendall(mail.content + b".\r\n" + groups[(i + 1) % len(mails)])
            _until(line, b"354 ")
        return (state.own_cpu_seconds() - started) / count


def _until(line: socket.socket, word: bytes) -> None:
    """Read until the answer that begins with `word` has come."""
    got = b""
    while not (got.startswith(word) or b"\n" + word in got) or not got.endswith(b"\n"):
        some = line.recv(65_536)
        if not some:
            raise KervanError("bench.not_sent", 500, intended=1, sent=0)
        got += some


def _signatures(key: rsa.RSAPrivateKey) -> list[Figure]:
    """How many signatures alone a CPU second gives, and whether that is too few."""
    speed, count = 0.0, 200
    for _ in range(5):
        started = state.own_cpu_seconds()
        for _ in range(count):
            key.sign(b"as long as a mail's headers" * 40, padding.PKCS1v15(), hashes.SHA256())
        speed = max(speed, rate(count, state.own_cpu_seconds() - started))
    why = f"signing is below half of the {KNOWN_SIGNATURES:,} a second known of such a machine"
    return [
        fact(NAME, "bare_signatures_per_cpu_second", speed, "1/s"),
        noisy(NAME, speed < KNOWN_SIGNATURES / 2, why),
    ]
