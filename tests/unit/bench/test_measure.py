"""Which bench runs by which name, what its lines look like, and what the status says."""

import json

import pytest

from kervan.bench import measure, report
from kervan.bench.report import Figure
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

_FIELDS = ["bench", "figure", "value", "unit", "floor", "ratio", "target", "ok"]


def _bench(name: str, *oks: bool | None) -> measure.Measure:
    def run(config: Config, *, scale: int = 1, minutes: float = 0) -> list[Figure]:
        return [Figure(name, f"scale_{scale}_{minutes:g}_{i}", 1.0, "", ok=ok)
                for i, ok in enumerate(oks)]  # fmt: skip

    return run


def test_there_are_these_benches() -> None:
    assert {"collect", "collect-single", "journey", "mail", "latency"} <= set(measure.BENCHES)
    assert {"consent", "identity", "links"} <= set(measure.BENCHES)


@pytest.mark.parametrize("name", ["speed", "", "Collect", "collect_single"])
def test_an_unknown_name_is_answered_with_those_there_are(name: str) -> None:
    with pytest.raises(KervanError) as caught:
        measure.run(name, Config())
    assert (caught.value.code, caught.value.status) == ("bench.unknown", 404)
    assert all(one in str(caught.value) for one in [*measure.BENCHES, "all"])


def test_one_name_runs_one_bench_and_all_runs_each_in_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    benches = {"one": _bench("one", True), "two": _bench("two", None)}
    assert measure.run("two", Config(), as_json=True, scale=10, minutes=2, benches=benches) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["bench"], one["figure"]) for one in said] == [("two", "scale_10_2_0")]
    assert measure.run("all", Config(), as_json=True, benches=benches) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["bench"] for one in said] == ["one", "two"]
    assert all(list(one) == _FIELDS for one in said)


def test_one_missed_target_is_a_failed_run_but_every_figure_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    benches = {"one": _bench("one", True, False), "two": _bench("two", True, None)}
    assert measure.run("all", Config(), as_json=True, benches=benches) == 1
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert measure.run("two", Config(), benches=benches) == 0


def test_what_is_said_meanwhile_stays_out_of_the_figures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    figure = report.noisy("collect", True, "strangers")
    report.show([figure], as_json=True)
    said = capsys.readouterr()
    assert "strangers" in said.err
    assert json.loads(said.out)["figure"] == "noisy_run"
