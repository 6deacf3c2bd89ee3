"""`kervan why JOURNEY PERSON` tells the story in the language asked for, and who looked."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from kervan import cli
from kervan.kernel import clickhouse, crypto, keyring, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from tests.unit.journeys.why.test_gather import JOURNEY, Both


@pytest.fixture
def config(engines_urls: Any, tmp_path: Path) -> Config:
    return Config(
        data=tmp_path,
        postgres_url=engines_urls.postgres,
        clickhouse_url=engines_urls.clickhouse,
        workspace=engines_urls.workspace,
    )


def _run(config: Config, *words: str) -> int:
    arguments = cli.parser().parse_args(list(words))
    return cli.command(arguments.run)(config, arguments)


def test_a_journey_and_a_person(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    database = postgres.schema_name(config.workspace)
    client = clickhouse.connect(config.clickhouse_url, database)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        master = crypto.load_master_key(config.data / "master.key")
        keyring.prepare(conn, master, [config.workspace])
        shop = Both(conn, client)
        shop.people([1])
        shop.publish(JOURNEY)
        shop.live((0, 1, "Product Added", {"price": 120}))
        shop.settle(0)
        row = conn.execute("select id from profile").fetchone()
    client.close()
    assert row is not None
    her = str(row[0])
    assert _run(config, "why", "basket", her, "--language", "az") == 0
    assert _run(config, "why", "basket", her, "--json") == 0
    out = capsys.readouterr().out
    assert "“Product Added” gəldiyi üçün daxil oldu (versiya 1) (price: 120)." in out
    (told,) = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert told["runs"][0]["story"][0]["code"] == "journeys.why_entered"
    with postgres.connect(config.postgres_url) as conn:
        seen = conn.execute("select what, facts from kervan.audit").fetchall()
    assert seen == [("people.revealed", {"people": [her]})] * 2
    with pytest.raises(KervanError, match="say also the person"):
        _run(config, "why", "basket")
    with pytest.raises(KervanError, match="person"):
        _run(config, "why", "basket", str(uuid.UUID(int=9)))
