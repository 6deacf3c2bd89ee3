"""The shipped snippet is small, is that of the sources, and is pinned by its hash."""

import base64
import gzip
import hashlib
import subprocess
import sys

import pytest

from kervan.onsite import snippet
from tests.house.tree import ROOT


def _tool(word: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "tools" / "snippet.py"), word]
    return subprocess.run(command, capture_output=True, timeout=170, check=False)


def test_it_is_less_than_12_kb_gzipped_and_of_todays_sources() -> None:
    body = snippet.latest().body
    assert len(gzip.compress(body, 9, mtime=0)) < 12_000
    named = _tool("digest").stdout
    assert named and named in body.partition(b"\n")[0], "write it anew: python tools/snippet.py"
    for forbidden in (b"innerHTML", b"eval(", b"Function(", b"document.write", b"document.cookie"):
        assert forbidden not in body


@pytest.mark.peer("node", "npm")
def test_building_it_again_gives_the_same_bytes() -> None:
    done = _tool("check")
    assert done.returncode == 0, done.stderr.decode()


def test_a_page_pins_it_by_its_hash() -> None:
    script = snippet.latest()
    assert script is snippet.versions()[script.name]
    hashed = base64.b64encode(hashlib.sha384(script.body).digest()).decode()
    tag = snippet.tag(script, "https://k.example", "kv_1", "BP", pinned=True)
    assert f'integrity="sha384-{hashed}"' in tag
    assert f'src="https://k.example/onsite/kervan-{script.version}.js"' in tag
    latest = snippet.tag(script, "https://k.example", "kv_1", "BP", pinned=False)
    assert "integrity" not in latest and "/onsite/kervan.js" in latest
