"""Programs that tests talk to but that pip cannot bring: found, or named as not run.

A test that needs one says so: `@pytest.mark.peer("chromium")`. Where the program is missing the
test is skipped and named in one closing line; with `CI=true` it fails instead, because a build
machine that quietly tests less is worse than a red one. `make peers` installs what it may.
"""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "firefox": ("firefox-esr", "firefox"),
    "postfix": ("postfix-master",),
    "smtp-sink": ("smtp-sink",),
    "node": ("node",),
    "npm": ("npm",),
}
_NEEDS = "needs "


def search_path(environ_path: str) -> str:
    """`environ_path` with the places `make peers` and `make setup` fill put in front."""
    own = [ROOT / ".peers" / "bin", ROOT / ".venv" / "bin"]
    return os.pathsep.join([*map(str, own), environ_path, "/usr/sbin"])


def find(name: str) -> Path | None:
    """The program behind the peer `name`, or None where this machine has none."""
    for program in PROGRAMS[name]:
        found = shutil.which(program)
        if found:
            return Path(found)
    return None


def wanted(item: pytest.Item) -> list[str]:
    """The peers a test asks for, all its `peer` marks together."""
    names = [str(name) for mark in item.iter_markers("peer") for name in mark.args]
    unknown = sorted(set(names) - PROGRAMS.keys())
    if unknown:
        raise pytest.UsageError(f"{item.nodeid} asks for unknown peers: {', '.join(unknown)}")
    return names


def pytest_configure(config: pytest.Config) -> None:
    """Let tests and the programs they start find the peers."""
    config.addinivalue_line("markers", "peer(name, ...): needs a program pip cannot install")
    os.environ["PATH"] = search_path(os.environ.get("PATH", ""))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose peer is missing, or fail it where CI must have everything."""
    missing = [name for name in wanted(item) if find(name) is None]
    if not missing:
        return
    reason = f"{_NEEDS}{', '.join(missing)}: run `make peers`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One closing line that names what was not run, so that less is never taken for all."""
    left_out: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        said = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        reason = said.removeprefix("Skipped: ")
        if reason.startswith(_NEEDS):
            for name in reason.removeprefix(_NEEDS).partition(":")[0].split(", "):
                left_out.setdefault(name, []).append(report.nodeid)
    for name, tests in sorted(left_out.items()):
        terminalreporter.write_line(f"Not run without {name}: {', '.join(tests)}", yellow=True)
