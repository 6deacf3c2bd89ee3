"""Where a bench's short messages go: npm's `smpp` on Node, or smpp34's server where it is missing.

Both take every message and report it delivered at once, in a process of their own.
"""

import asyncio
import contextlib
import itertools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import smpp34

from kervan.bench import begin
from kervan.bench.report import note
from kervan.delivery.channels.sms import smpp_pdu as pdu

_HERE = Path(__file__).parent
# The tests put it into the clone: tests/simulators/smsc.
_PACKAGES = Path(".peers/smsc")
_DELIVERED = b"\x02"


@contextlib.contextmanager
def smsc() -> Iterator[int]:
    """The port of an SMSC on loopback."""
    node, packages = _node(), _packages()
    if node and packages:
        command = [node, str(_HERE / "smsc.cjs"), str(packages / "smpp")]
    else:
        note("npm's smpp is not here (its tests bring it); messages go to smpp34's own server")
        command = [sys.executable, "-m", "kervan.bench.smsc", str(begin.free_port())]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _node() -> str | None:
    return shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))


def _packages() -> Path | None:
    found = sorted(_PACKAGES.glob("*/complete"))
    return found[-1].parent.resolve() / "node_modules" if found else None


async def serve(port: int) -> None:
    """Stand for an SMSC on `port` until the process ends."""
    server = smpp34.Server("127.0.0.1", port)
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    bound: dict[str, smpp34.Esme] = {}
    reports: set[asyncio.Task[None]] = set()
    for number in itertools.count():
        event = await server.next()
        if isinstance(event, smpp34.Esme):
            bound[event.session_id] = event
        elif isinstance(event, smpp34.Unbound):
            bound.pop(event.session_id, None)
        else:
            event.accept(f"bench-{number}")
            report = _report(bound[event.session_id], event, f"bench-{number}")
            reports.add(task := asyncio.create_task(report))
            task.add_done_callback(reports.discard)


async def _report(esme: smpp34.Esme, event: smpp34.SubmitSmEvent, name: str) -> None:
    with contextlib.suppress(smpp34.SmppError):
        await esme.deliver_sm(
            event.source_addr,
            source_addr=event.destination_addr,
            esm_class=4,
            tlvs=[
                smpp34.Tlv(pdu.RECEIPTED_MESSAGE_ID, name.encode() + b"\0"),
                smpp34.Tlv(pdu.MESSAGE_STATE, _DELIVERED),
            ],
        )


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
