"""The Node SDKs of Segment, RudderStack and PostHog, unmodified, each in a process of its own."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.sdk import packages
from tests.sdk.door import Door, Sender
from tests.sdk.expected import by_name, check_posthog, check_the_seven

pytestmark = pytest.mark.peer("node", "npm")
SCRIPTS = Path(__file__).parent / "node"


@pytest.fixture(autouse=True, scope="module")
def _versions(request: pytest.FixtureRequest, node_modules: Path) -> None:
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        found = packages.node_versions(node_modules)
        print("\n    " + ", ".join(f"{name} {version}" for name, version in found.items()))


@pytest.fixture
def sender(door: Door) -> Sender:
    return door.sender("server")


def run(name: str, sender: Sender, node_modules: Path) -> None:
    done = subprocess.run(
        ["node", str(SCRIPTS / f"{name}.cjs"), sender.door.url, sender.key],
        env={**os.environ, "NODE_PATH": str(node_modules)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_segment(sender: Sender, node_modules: Path) -> None:
    run("segment", sender, node_modules)
    events = sender.wait(8)
    assert len(by_name(events)["Fat"].properties) > 600_000
    check_the_seven(events)
    assert all(seen.status == 200 for seen in sender.door.seen)


def test_rudderstack(sender: Sender, node_modules: Path) -> None:
    run("rudderstack", sender, node_modules)
    check_the_seven(sender.wait(7))
    assert all(seen.status == 200 for seen in sender.door.seen)
    # The trap that breaks servers which parse forms by themselves.
    assert any("form-urlencoded" in seen.content_type for seen in sender.door.seen)


def test_posthog(sender: Sender, node_modules: Path) -> None:
    run("posthog", sender, node_modules)
    check_posthog(sender.wait(4))
    assert all(seen.status == 200 for seen in sender.door.seen)
