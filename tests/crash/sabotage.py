"""Breaks Kervan on purpose, three ways: the crash tests must turn red each time, or they are blind.

`python -m tests.crash.sabotage` passes only when all three were seen for what they are.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.crash.broken import WHATS

_ROOT = Path(__file__).resolve().parents[2]
_TEST = "tests/crash/test_house.py"
_SEEN_AS = {"deduplication": "doubled:", "acknowledgement": "lost:", "doubt": "received twice:"}


def seen(what: str) -> bool:
    """Run the crash test on a house without this protection; whether it named the damage."""
    env = {**os.environ, "KERVAN_CRASH_PROGRAM": f"tests.crash.broken {what}"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", _TEST, "-x", "-q", "--tb=line", "-p", "no:cacheprovider"],
        cwd=_ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    rounds = [line for line in run.stdout.splitlines() if line.startswith("crash ")]
    last = rounds[-1] if rounds else run.stdout[-2000:]
    found = run.returncode == 1 and _SEEN_AS[what] in last
    print(
        f"sabotage {what}: {'seen' if found else 'NOT SEEN'} after {len(rounds)} kills\n  {last}",
        flush=True,
    )
    return found


def main() -> int:
    """Give 0 when every sabotage was seen."""
    results = [seen(what) for what in WHATS]
    print(f"sabotage summary: {sum(results)} of {len(results)} turned the crash test red")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
