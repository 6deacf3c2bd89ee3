"""The commands for lists of people bring them in, write them out and say so."""

from pathlib import Path

import pytest

from kervan.app import people
from kervan.collect import import_people, intake
from kervan.collect.importing import Progress
from kervan.kernel import clock, crypto, keyring, postgres
from kervan.kernel.config import Config


@pytest.fixture
def config(postgres_url: str, workspace: str, tmp_path: Path) -> Config:
    """An installation whose keys are prepared."""
    with postgres.connect(postgres_url) as conn:
        keyring.prepare(conn, crypto.load_master_key(tmp_path / "master.key"), [workspace])
        intake.open_days(conn, [clock.now().date()])
    return Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)


def _settings() -> import_people.Settings:
    return import_people.Settings("TR", "Europe/Istanbul", clock.now_ms())


def test_rows_are_in_the_intake_when_the_command_ends(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email;SMS izni\na@b.com;evet\nc@d.com;\n")
    assert people.bring(config, path, _settings()).rows_sent == 2
    with postgres.connect(config.postgres_url) as conn:
        waiting = conn.execute("select sum(events), bool_and(bulk) from kervan.intake").fetchone()
    assert waiting == (3, True)


def test_an_export_is_in_the_audit_log(config: Config, tmp_path: Path) -> None:
    assert people.export(config, tmp_path / "out.ndjson") == 0
    with postgres.connect(config.postgres_url) as conn:
        what = conn.execute("select what from kervan.audit").fetchall()
    assert what == [("people.exported",)]
    assert (tmp_path / "out.ndjson").read_bytes() == b""


@pytest.mark.parametrize("locale", ["tr", "az", "en"])
def test_a_dry_run_is_told_in_the_readers_language(tmp_path: Path, locale: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Müşteri no;Ad\n;Ali\nC1;Ayşe\n")
    lines = people.described(import_people.rehearse(path, _settings()), locale)
    assert "  Müşteri no  →  customer_id" in lines
    assert not any("cli." in line or "{" in line for line in lines)


def test_the_bar_counts_the_rows_of_this_run() -> None:
    bar = people.Bar()
    bar(Progress(1_000_000, 1_000_000, 0, 2_000_000))
    bar(Progress(1_000_000 + import_people.ROWS_PER_BATCH, 1_002_000, 0, 2_000_000))
    assert bar.speed > 0
