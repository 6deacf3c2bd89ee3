"""Buckets among workers: each held once, shared fairly, free at once when a worker is gone."""

from contextlib import ExitStack

from kervan.journeys.lease import Lease
from kervan.journeys.loop import Loop
from kervan.journeys.run import WorkDone
from kervan.kernel import clock
from kervan.kernel import postgres as state
from tests.unit.journeys.shop import START_MS, VAULT


def test_workers_come_and_go(postgres_url: str, workspace: str) -> None:
    with ExitStack() as stack:
        conns = [
            stack.enter_context(state.connect(postgres_url, autocommit=True, workspace=workspace))
            for _ in range(3)
        ]
        one = Lease(conns[0], workspace)
        one.balance()
        assert one.buckets == list(range(256))
        two, three = Lease(conns[1], workspace), Lease(conns[2], workspace)
        other = Lease(conns[2], "another")
        for _ in range(2):
            for lease in (one, two, three):
                lease.balance()
        held = [lease.buckets for lease in (one, two, three)]
        assert sorted([*held[0], *held[1], *held[2]]) == list(range(256)), "each bucket once"
        assert all(84 <= len(part) <= 86 for part in held)
        other.balance()
        assert len(other.buckets) == 256, "workspaces do not share locks"
        conns[0].close()
        deadline = clock.monotonic() + 60  # the server notices a closed connection by itself
        while len(two.buckets) + len(three.buckets) < 256 and clock.monotonic() < deadline:
            two.balance()
            three.balance()
        assert sorted(two.buckets + three.buckets) == list(range(256))
        assert len(two.buckets) == 128


def test_a_loop_takes_its_buckets_and_gives_them_back(postgres_url: str, workspace: str) -> None:
    with state.connect(postgres_url, workspace=workspace) as conn:
        loop = Loop(conn, VAULT, workspace)
        assert loop.step(START_MS) == WorkDone()
        conn.commit()
        with state.connect(postgres_url, autocommit=True, workspace=workspace) as other:
            lease = Lease(other, workspace)
            lease.balance()
            assert lease.buckets == []
            loop.stop()
            lease.balance()
            assert len(lease.buckets) == 128
