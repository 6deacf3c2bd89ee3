"""The latest word of a person counts; of two at once, the refusal; and each word once."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.consent import store
from kervan.consent.store import Decision
from kervan.kernel import ids
from kervan.kernel.postgres import Connection


def _decision(at_ms: int, granted: bool, number: int) -> Decision:
    return Decision(7, "email", "marketing", granted, at_ms, 1, "v1", ids.hash16(b"%d" % number))


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=8), st.data())
def test_any_order_cut_and_repeat_gives_the_same_answer(
    postgres: Connection, said: list[tuple[int, bool]], data: st.DataObject
) -> None:
    decisions = [_decision(at, granted, i) for i, (at, granted) in enumerate(said)]
    arriving = data.draw(st.permutations(decisions + decisions[:2]))
    cut = data.draw(st.integers(0, len(arriving)))
    with postgres.transaction(force_rollback=True):
        store.record(postgres, arriving[:cut])
        store.record(postgres, arriving[cut:])
        latest = max(at for at, _ in said)
        expected = all(granted for at, granted in said if at == latest)
        assert (7 in store.allowed(postgres, [7, 8], "email", "marketing")) == expected
        kept = postgres.execute("select count(*) from consent_event").fetchone()
        assert kept == (len(decisions),)


def test_consent_is_for_its_channel_and_purpose_only(postgres: Connection) -> None:
    store.record(postgres, [_decision(1, True, 1)])
    assert store.allowed(postgres, [7], "sms", "marketing") == {}
    assert store.allowed(postgres, [7], "email", "profiling") == {}
    store.withdraw(postgres, 7, "email", "marketing", 2, "one-click", ids.hash16(b"x"))
    assert store.allowed(postgres, [7], "email", "marketing") == {}
