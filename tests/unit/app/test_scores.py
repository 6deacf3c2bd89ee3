"""The command line shows who is in which group and sets how customers are scored."""

from pathlib import Path
from typing import Any

import pytest

from kervan import cli
from kervan.app import scores
from kervan.kernel import clickhouse, clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.segments.rfm import store


def _do(config: Config, *words: str) -> None:
    assert scores.rfm(config, cli.parser().parse_args(["rfm", *words])) == 0


@pytest.fixture
def config(engines_urls: Any, tmp_path: Path) -> Config:
    return Config(
        data=tmp_path,
        postgres_url=engines_urls.postgres,
        clickhouse_url=engines_urls.clickhouse,
        workspace=engines_urls.workspace,
        locale="tr",
    )


def test_groups_are_shown_and_settings_kept(
    config: Config, engines_urls: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    client = clickhouse.connect(engines_urls.clickhouse, engines_urls.database)
    for person, gone in ((1, 0), (2, 0), (3, 1)):
        client.command(f"INSERT INTO people (person, version, gone) VALUES ({person}, 1, {gone})")
        client.command(
            f"INSERT INTO scores (person, version, rfm_group) VALUES ({person}, 1, 'champions')"
        )
    client.close()
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        store.ran(conn, clock.now().date())
    _do(config, "--currency", "TRY", "--window-days", "365", "--edges", "monthly")
    said = capsys.readouterr().out
    assert "TRY\t365 days\tedges monthly" in said and "2  Şampiyonlar" in said
    edges = ("--recency", "1,2,3,4", "--frequency", "1,2,2,5", "--monetary", "10,20,30,40")
    _do(config, *edges)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        kept = store.settings(conn)
        assert (kept.currency, kept.window_days, kept.edges) == ("TRY", 365, "fixed")
        assert kept.fixed.frequency == (1, 2, 2, 5)
        assert store.last_day(conn) is None, "everybody is scored anew"
        rows = conn.execute("select count(*) from kervan.audit where what = 'rfm.changed'")
        assert rows.fetchone() == (2,)
    _do(config, "--edges", "daily")
    with pytest.raises(KervanError) as refused:
        _do(config, "--recency", "1,2,x")
    assert refused.value.code == "segments.rfm_settings_unfit"
