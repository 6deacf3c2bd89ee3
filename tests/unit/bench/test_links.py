"""The links bench on a handful of events: both ways of asking agree, and links are followed."""

import pytest
from clickhouse_connect.driver.client import Client

from kervan.bench import links
from kervan.bench.links import Took
from kervan.kernel.errors import KervanError


def _answers(client: Client, who: str) -> dict[str, object]:
    names = (*links.SEGMENTS, *links.OTHERS)
    return {name: client.query(links.question(name, who)).result_rows for name in names}


def test_links_are_followed_to_the_very_people(clickhouse: Client) -> None:
    links.fill(clickhouse, 6_000, 1_500, 100)
    links.join(clickhouse, 0, 0, 100)
    with pytest.raises(KervanError) as caught:
        links.check(clickhouse)
    assert caught.value.code == "bench.not_followed"
    assert _answers(clickhouse, "who")["everybody"] == [(100, 3_000)]
    links.join(clickhouse, 1_000, 20, 100)
    links.check(clickhouse)
    assert _answers(clickhouse, "who") == _answers(clickhouse, "hers")


def test_the_target_is_for_segments() -> None:
    names = (*links.SEGMENTS, *links.OTHERS)
    took = {name: Took([0.2, 0.1], [0.12, 0.3], [0.06]) for name in names}
    figures = {one.figure: one for one in links._figures(took)}
    assert figures["two_names_cpu_ms"].value == pytest.approx(120)
    assert figures["two_names_cpu_ms"].ratio == pytest.approx(0.5)
    assert figures["two_names_to_before"].value == pytest.approx(1.2)
    assert figures["two_names_to_before"].ok is False
    assert figures["everybody_to_before"].ok is None
