"""The frame of a mail has no rights: an origin of nobody's, one script, only our pages around."""

import base64
import hashlib
import re
from pathlib import Path
from types import SimpleNamespace

from tests.unit.web.visiting import open_place


def test_it_may_do_nothing(postgres_url: str, workspace: str, tmp_path: Path) -> None:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as place:
        answer = place.visitor().get("/mail-frame")
    assert answer.status == 200
    policy = dict(
        one.strip().partition(" ")[::2]
        for one in answer.headers["content-security-policy"].split(";")
    )
    assert policy["sandbox"] == "allow-scripts", "and so no cookie and no page around is its own"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["default-src"] == "'none'" and "connect-src" not in policy
    [script] = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    wanted = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["script-src"] == f"'sha256-{wanted}'"
