"""The shipped snippet is small, is that of the sources, and is pinned by its hash."""

import base64
import gzip
import hashlib
import json
import subprocess
import sys
from typing import Any

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


# As much of a browser's worker as the file asks for (Service Workers, W3C; Push API §10).
_WORKER = """
const heard = {}, done = [];
globalThis.self = {
  location: { origin: "https://shop.example" },
  addEventListener: (name, work) => { heard[name] = work; },
  registration: {
    showNotification: async (title, facts) => { done.push(["shown", title, facts]); },
  },
  clients: {
    matchAll: async () => [
      { url: "https://shop.example/open", focus: async () => { done.push(["focused"]); } },
    ],
    openWindow: async (url) => { done.push(["opened", url]); },
  },
};
const happens = async (name, event) => {
  const waits = [];
  heard[name]({ ...event, waitUntil: (work) => waits.push(work) });
  await Promise.all(waits);
};
const pushed = (text) =>
  happens("push", { data: text === null ? null : { json: () => JSON.parse(text) } });
const close = () => done.push(["closed"]);
const tapped = (data) => happens("notificationclick", { notification: { data, close } });
"""


def _worker(*steps: str) -> list[list[Any]]:
    """What a service worker with our part in it has done after these steps."""
    body = snippet.worker().body.decode()
    deeds = " ".join((*steps, "console.log(JSON.stringify(done));"))
    script = f"{_WORKER}{body}(async () => {{ {deeds} }})();"
    said = subprocess.run(["node", "-e", script], capture_output=True, check=True, timeout=30)
    found: list[list[Any]] = json.loads(said.stdout)
    return found


def _pushed(**said: Any) -> str:
    return f"await pushed({json.dumps(json.dumps(said))});"


@pytest.mark.peer("node")
def test_a_worker_shows_what_was_pushed_and_opens_what_is_tapped() -> None:
    whole = _pushed(id="m-1", lang="tr", title="Şimdi", body="Kargoda", url="/orders/7", tag="o-7",
                    image="https://cdn.example/a.png", data={"order": 7})  # fmt: skip
    assert _worker(whole) == [
        ["shown", "Şimdi", {
            "body": "Kargoda", "tag": "o-7", "lang": "tr", "image": "https://cdn.example/a.png",
            "data": {"kervan": "m-1", "url": "https://shop.example/orders/7", "data": {"order": 7}},
        }],
    ]  # fmt: skip
    tap = 'await tapped({{kervan: "m-1", url: "https://shop.example/{}"}});'.format
    assert _worker(tap("orders/7")) == [["closed"], ["opened", "https://shop.example/orders/7"]]
    assert _worker(tap("open")) == [["closed"], ["focused"]]


@pytest.mark.peer("node")
def test_a_worker_runs_no_address_and_leaves_others_pushes_alone() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "https://"):
        [[_, _, facts]] = _worker(_pushed(id="m-1", body="Kargoda", url=url))
        assert "url" not in facts["data"]
    assert _worker("await tapped({kervan: 'm-1'});") == [["closed"]]
    for other in ("null", '"no json"', json.dumps('{"title": "of the shop"}'), '"null"'):
        assert _worker(f"await pushed({other});", "await tapped({of: 'the shop'});") == []
