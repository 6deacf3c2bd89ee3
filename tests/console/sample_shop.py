"""A sample shop of a few orders in a Kervan that has others' people, too: the real one is large."""

from datetime import timedelta

from kervan.collect import sample, sources
from kervan.kernel import clock
from tests.story.running import Kervan, track

_PUT = """\
insert into sample_shop (source, sent, wanted, last_day, begun_at, begun_by, ended_at)
values (%(source)s, 3, 3, %(day)s, %(at)s, 'test', %(at)s) on conflict do nothing
"""


def bring(kervan: Kervan, *buyers: str) -> None:
    """Let it be loaded, with an order of each of these buyers."""
    with kervan.connection() as conn:
        _, source = sources.ensure_import(conn, kervan.config.workspace, sample.SOURCE)
        key = sources.add_key(conn, source)
        day = clock.now().date() - timedelta(days=1)
        conn.execute(_PUT, {"source": source, "day": day, "at": clock.now()})
    if buyers:
        sources.settle()
    for one in buyers:
        mug = {"product_id": f"mug-{one}", "name": "Mug", "price": 12.5}
        facts = {"order_id": f"sample-{one}", "currency": "GBP", "products": [mug]}
        answer = kervan.post(key, track("Order Completed", one, properties=facts))
        assert answer.status == 200, answer
