"""The command line sets a segment's receiver, shows its secret once, and says how it stands."""

import argparse
from typing import Any

import pytest

from kervan.app import make_live, segments
from kervan.kernel import postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from tests.unit.app.test_segments import TEXT

_URL = "http://10.0.0.7:9000/members"


def _sync(config: Config, **given: Any) -> int:
    flags = {"url": None, "private": False, "new_secret": False, "off": False, **given}
    return segments.segment(config, argparse.Namespace(action="sync", key="baku", **flags))


def test_a_receiver_from_its_making_to_its_end(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config.data / "baku.yaml"
    path.write_text(TEXT, encoding="utf-8")
    make_live.apply(config, argparse.Namespace(file=path, plan=False))
    with pytest.raises(KervanError, match="may not be called"):
        _sync(config, url=_URL)
    with pytest.raises(KervanError, match="not synced"):
        _sync(config)
    capsys.readouterr()
    assert _sync(config, url=_URL, private=True) == 0
    said = capsys.readouterr().out
    assert "whsec_" in said and _URL in said
    assert _sync(config, url=_URL, private=True) == 0
    assert "whsec_" not in capsys.readouterr().out
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        conn.execute("update segment_sync set state = 'stopped', problem = 'http_410'")
    assert _sync(config) == 1
    assert "stopped" in capsys.readouterr().out
    assert _sync(config, off=True) == 0
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        deeds = conn.execute("select what from kervan.audit where what like '%sync%' order by id")
        assert [what for (what,) in deeds] == ["segment.synced"] * 2 + ["segment.sync_ended"]
        assert conn.execute("select count(*) from segment_sync").fetchone() == (0,)
