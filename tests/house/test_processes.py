"""Each process loads what it runs: together they take a laptop's memory, whatever one adds.

A name here is a package of ours or of others that the process must not have loaded when it has
started, directly or through another module. Who needs one takes it off the list, and pays for it
in the figures of docs/decisions/a-process-imports-what-it-runs.md.
"""

import subprocess
import sys

import pytest

_ALL = ("pandas", "pyarrow._s3fs", "kervan.bench", "kervan.demo", "pytest")
_FRAMEWORK = ("fastapi", "starlette", "uvicorn", "pydantic", "kervan.web.app", "kervan.web.api")
_LETTERS = ("mjml", "css_inline", "minijinja", "aiohttp", "kervan.content", "kervan.delivery")
ABSENT = {
    "kervan.engines.front": (*_ALL, *_FRAMEWORK, *_LETTERS, "numpy", "pyarrow", "psycopg"),
    "kervan.app.up": (*_ALL, *_FRAMEWORK, *_LETTERS, "numpy", "pyarrow", "kervan.segments"),
    "kervan.app.worker": (*_ALL, *_FRAMEWORK, "kervan.insight", "pyarrow.parquet"),
    "kervan.app.segmenter": (
        *_ALL, *_FRAMEWORK, *_LETTERS, "holidays", "yaml", "pyarrow.parquet",
        "kervan.journeys", "kervan.privacy", "kervan.insight", "kervan.segments.compile",
    ),
    "kervan.app.sender": (
        *_ALL, *_FRAMEWORK, "pyarrow", "kervan.journeys", "kervan.privacy", "kervan.insight",
    ),
    "kervan.app.web": (
        *_ALL, "chdb", "kervan.segments.rfm.tally", "kervan.segments.live.loop",
        "kervan.journeys.move", "kervan.app.chores",
    ),
}  # fmt: skip

_PROGRAM = """
import sys
from kervan.app import spare
spare.the_unused()
__import__(sys.argv[1])
print("\\n".join(sys.modules))
"""


@pytest.mark.parametrize("process", ABSENT)
def test_a_process_loads_what_it_runs(process: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _PROGRAM, process],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    loaded = said.stdout.split()
    assert process in loaded
    wrong = [
        name
        for name in loaded
        if any(name == one or name.startswith(f"{one}.") for one in ABSENT[process])
    ]
    assert not wrong
