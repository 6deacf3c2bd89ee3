"""The frame in which the snippet draws has no rights, and runs the very file that shops load."""

import base64
import hashlib
import re
from pathlib import Path
from types import SimpleNamespace

from kervan.onsite import snippet
from tests.unit.web.visiting import open_place


def test_it_may_draw_and_nothing_else(postgres_url: str, workspace: str, tmp_path: Path) -> None:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as place:
        answer = place.visitor().get("/onsite-frame")
        [address] = re.findall(r'<script src="([^"]+)" data-draw="frame">', answer.text)
        script = place.visitor().get(address)
    assert script.text.encode() == snippet.latest().body
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    policy = dict(
        one.strip().partition(" ")[::2]
        for one in answer.headers["content-security-policy"].split(";")
    )
    assert policy["sandbox"] == "allow-scripts", "and so no cookie and no page around is its own"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["default-src"] == "'none'" and "connect-src" not in policy
    for tag, name in (("script", "script-src"), ("style", "style-src")):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        hashed = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert policy[name].split()[0] == f"'sha256-{hashed}'"
    assert "unsafe" not in str(policy)
