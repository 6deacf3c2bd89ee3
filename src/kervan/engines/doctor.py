"""Looks the engines over: what is wrong, and what to do about it."""

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kervan.engines import hold, outside, postgres
from kervan.kernel import i18n
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

_FILES_WANTED = 1024
_SHARED_MEMORY_WANTED_BYTES = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `ok`, and a sentence in `words.toml` with its facts."""

    code: str
    ok: bool
    params: dict[str, object] = field(default_factory=dict)

    def say(self, locale: str = "en") -> str:
        """The sentence in `locale` (tr, az or en)."""
        return i18n.say(self.code, locale, **self.params)


def examine(config: Config) -> list[Finding]:
    """Look at directory, disk, limits, port and engines of `config`; start and change nothing."""
    held = hold.is_held(config.data)
    found = [
        _running(config.data)
        if held
        else Finding("engines.doctor_stopped", True, {"path": config.data})
    ]
    found += _directory(config.data)
    if not held:
        found += _attempt(
            lambda: outside.check_port(config.host, config.port),
            "engines.doctor_port",
            host=config.host,
            port=config.port,
        )
    note = hold.read_note(config.data) if held else {}
    postgres_url = config.postgres_url or note.get("postgres_url", "")
    clickhouse_url = config.clickhouse_url or note.get("clickhouse_url", "")
    if postgres_url:
        found += _attempt(lambda: outside.check_postgres(postgres_url), "engines.doctor_postgres")
    else:
        found += _attempt(
            lambda: postgres.check_version(config.data / "postgres"), "engines.doctor_postgres_ours"
        )
    if clickhouse_url:
        found += _attempt(
            lambda: outside.check_clickhouse(clickhouse_url), "engines.doctor_clickhouse"
        )
    return [*found, *_limits()]


def _running(data: Path) -> Finding:
    note = hold.read_note(data)
    return Finding(
        "engines.doctor_running",
        True,
        {"path": data, "pid": note.get("pid", "?"), "address": note.get("address", "?")},
    )


def _directory(data: Path) -> Iterator[Finding]:
    place = next(path for path in (data, *data.parents) if path.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        yield Finding("engines.data_unwritable", False, {"path": data, "reason": "not writable"})
        return
    yield from _attempt(
        lambda: hold.check_space(place),
        "engines.doctor_space",
        path=data,
        free_mb=shutil.disk_usage(place).free >> 20,
    )


def _limits() -> Iterator[Finding]:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    yield Finding(
        "engines.doctor_files", files >= _FILES_WANTED, {"files": files, "wanted": _FILES_WANTED}
    )
    memory = Path("/dev") / "shm"
    if memory.exists():
        total = shutil.disk_usage(memory).total
        yield Finding(
            "engines.doctor_shared_memory",
            total >= _SHARED_MEMORY_WANTED_BYTES,
            {"mb": total >> 20, "wanted_mb": _SHARED_MEMORY_WANTED_BYTES >> 20},
        )


def _attempt(check: Callable[[], object], good: str, **params: object) -> Iterator[Finding]:
    try:
        answer = check()
    except KervanError as error:
        yield Finding(error.code, False, dict(error.params))
        return
    yield Finding(good, True, {**params, "answer": answer})
