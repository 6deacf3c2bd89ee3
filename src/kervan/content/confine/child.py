"""The process that renders what may not be trusted: `python -m kervan.content.confine.child`.

It reads tasks from its first descriptor and answers on its second, until its parent is gone or a
template takes it down. It is told nothing but templates and what fills them in: no keys, no
databases.
"""

import os
import resource
import select
import uuid
from pathlib import Path
from typing import IO, Any

import msgspec

from kervan.content import compiled
from kervan.content.company import Company
from kervan.content.compile import CompiledEmail
from kervan.content.confine import wire
from kervan.content.confine.wire import Answer, Task
from kervan.content.render import render
from kervan.content.texts.render import render_text
from kervan.content.tokens import MessageLinks
from kervan.kernel.errors import KervanError

ROOM_BYTES = 256_000_000
"""What rendering may take on top of what the process has when it begins."""
CPU_SECONDS = 5
"""For one task; the engine's fuel ends what is honest long before."""
IDLE_SECONDS = 60.0
_UNKNOWN_BYTES = 2_000_000_000
_FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
# Links of what is never sent are signed with a key of nobody: they lead nowhere and undo nothing.
NOBODYS_KEY = bytes(32)


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Answer tasks until there are no more, or none came for a while: nobody keeps a process that
    nobody needs."""
    _limit_memory()
    wire.write(answers, msgspec.msgpack.encode([]))  # here we are
    while select.select([tasks], [], [], IDLE_SECONDS)[0]:
        try:
            raw = wire.read(tasks.read)
        except EOFError:
            return
        _limit_time()
        task = msgspec.msgpack.decode(raw, type=Task)
        template = compiled.decode(task.compiled)
        assert template is not None
        done = [_answer(template, task, scene) for scene in task.scenes]
        wire.write(answers, msgspec.msgpack.encode(done, enc_hook=str))


def _limit_memory() -> None:
    limit = _taken_bytes() + ROOM_BYTES
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if most < 0 else min(limit, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _taken_bytes() -> int:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * resource.getpagesize()
    except OSError:  # no Linux
        return _UNKNOWN_BYTES


def _limit_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    limit = round(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit if most < 0 else min(limit, most), most))


def _answer(template: compiled.Compiled, task: Task, scene: dict[str, Any]) -> Answer:
    links = MessageLinks(NOBODYS_KEY, 0, uuid.UUID(int=0), task.public_url)
    speaker = Company(**task.company)
    try:
        if isinstance(template, CompiledEmail):
            mail = render(template, scene, links, speaker)
            fields = {"subject": mail.subject, "html": mail.html, "text": mail.text}
            shown = Answer(fields, mail.dynamic_links)
        else:
            text = render_text(template, scene, links, speaker, task.language)
            shown = Answer(dict(text.fields), text.dynamic_links, text.language)
    except KervanError as error:
        return Answer(code=error.code, status=error.status, params=error.params)
    except _FAULTS as error:  # of ours; nothing that a process dies of
        facts = {"part": "", "line": 0, "reason": type(error).__name__}
        return Answer(code="content.template_failed", status=422, params=facts)
    except MemoryError:
        os.abort()  # as the engine itself does: who asked learns that it was too much
    return shown if task.shows else Answer()


if __name__ == "__main__":
    with open(0, "rb", buffering=0) as tasks, open(1, "wb") as answers:
        serve(tasks, answers)
