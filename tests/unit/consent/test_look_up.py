"""The word that counts is the same by columns and by the plain rule, for any set of words."""

from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.consent import ledger, look_up, store
from kervan.consent.judge import NEVER_MS, Status
from kervan.consent.ledger import Change
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, email

_A, _B, _C = (email(f"{name}@ornek.test") for name in "abc")


def test_each_address_has_its_row_in_its_order(postgres: Connection) -> None:
    end = AT + timedelta(days=9)
    ledger.record(
        postgres,
        VAULT,
        [
            Change("email", "granted", AT, contact=_A, expires_at=end, jurisdiction="TR"),
            Change("email", "denied", AT, contact=_B, jurisdiction="AZ", country="DE"),
            Change(
                "sms",
                "granted",
                AT,
                contact=_C,
                contact_kind="phone",
                jurisdiction="TR",
                recipient_type="merchant",
            ),
        ],
    )
    found = look_up.words(postgres, [_B, b"", _A, _C, _A], "email", "marketing", country="AZ")
    status = [Status.DENIED, Status.NONE, Status.GRANTED, Status.NONE, Status.GRANTED]
    assert found.status.tolist() == status
    assert found.event.tolist() == [2, 0, 1, 0, 1]
    ends = [NEVER_MS, NEVER_MS, clock.to_ms(end), NEVER_MS, clock.to_ms(end)]
    assert found.expires_ms.tolist() == ends
    places = [look_up.places()[code] for code in found.place.tolist()]
    assert places == ["EU", "AZ", "TR", "AZ", "TR"], "her country, her word's law, the workspace's"
    assert found.merchant.tolist() == [False, False, False, True, False]
    nothing = look_up.words(postgres, [], "email", "marketing")
    assert len(nothing.status) == 0


def test_what_any_part_of_a_profile_said_of_push_counts_while_it_is_a_part(
    postgres: Connection,
) -> None:
    for person in (1, 2, 300):
        add(postgres, person)
    said = [
        Change("push", "granted", AT, person=1),
        Change("push", "withdrawn", AT, person=2),
        Change("push", "granted", AT - timedelta(days=1), person=300),
    ]
    ledger.record(postgres, VAULT, said)

    def found(topic: str = "", brand: str = "") -> list[int]:
        heads = [UUID(int=one).bytes for one in (1, 2, 300)]
        words = look_up.words(postgres, heads, "push", "marketing", topic=topic, brand=brand)
        refused = store.refused(postgres, [1, 2, 300], "push", "marketing")
        if not (topic or brand):
            ours = [one in (Status.DENIED, Status.WITHDRAWN) for one in words.status]
            assert ours == [one in refused for one in (1, 2, 300)]
        return words.status.tolist()

    own = [Status.GRANTED, Status.WITHDRAWN, Status.GRANTED]
    assert found() == own
    postgres.execute("update profile set merged_into = 1 where person = 2")
    assert found()[::2] == [Status.WITHDRAWN, Status.GRANTED], "at one instant the refusal"
    assert found("news", "kids")[0] == Status.WITHDRAWN
    anew = Change("push", "granted", AT + timedelta(days=1), person=1)
    ledger.record(postgres, VAULT, [anew])
    assert found()[0] == Status.GRANTED
    postgres.execute("update profile set merged_into = null where person = 2")
    assert found() == own, "parted, each has her own word"
    postgres.execute("update profile set merged_into = 2 where person in (1, 300)")
    assert found()[1] == Status.GRANTED, "whoever of them is the head"


_WORD = st.tuples(
    st.sampled_from(["", "news"]),
    st.sampled_from(["granted", "denied", "withdrawn", "pending", "expired"]),
    st.integers(0, 4),
    st.sampled_from([_A, _B]),
)


@settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(_WORD, max_size=8), st.sampled_from(["", "news"]), st.data())
def test_columns_and_rows_agree_whatever_was_said_in_whatever_order(
    postgres: Connection, said: list[tuple[str, str, int, bytes]], topic: str, data: st.DataObject
) -> None:
    changes = [
        Change("email", status, AT + timedelta(hours=hour), contact=contact, topic=about)
        for about, status, hour, contact in said
    ]
    answers = []
    for arriving in (changes, data.draw(st.permutations(changes))):
        with postgres.transaction(force_rollback=True):
            for person, address in enumerate("ab", 1):
                add(postgres, person, f"{address}@ornek.test")
            cut = data.draw(st.integers(0, len(arriving)))
            ledger.record(postgres, VAULT, arriving[:cut])
            ledger.record(postgres, VAULT, arriving[cut:])
            found = look_up.words(postgres, [_A, _B], "email", "marketing", topic=topic)
            plain = store.allowed(postgres, [1, 2], "email", "marketing", topic=topic)
            granted = {
                one: event
                for one, status, event in zip(
                    (1, 2), found.status.tolist(), found.event.tolist(), strict=True
                )
                if status == Status.GRANTED
            }
            assert granted == plain
            answers.append(found.status.tolist())
    assert answers[0] == answers[1], "the state is of the set of words, not of their order"
