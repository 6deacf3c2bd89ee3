"""A text waits for a second person, and what is live stays until she has decided."""

import uuid
from datetime import UTC, datetime

import psycopg
import pytest

from kervan.content.messages import apply as messages
from kervan.content.messages import store as message_store
from kervan.content.messages.definition import Definition, read
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Cap, Policy
from kervan.journeys import apply as journeys
from kervan.journeys.approval import decide, store, texts
from kervan.journeys.approval.store import Proposal
from kervan.journeys.approval.texts import Place
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.kernel.postgres import Connection
from tests.unit.journeys.test_parse import EXAMPLE

AT = datetime(2026, 11, 22, tzinfo=UTC)
OYA, ANA = (str(uuid.UUID(int=one)) for one in (1, 2))
PLACE = Place(None, "tr")


def _message(name: str = "Coats", purpose: str = "marketing") -> Definition:
    variants = {"call": {"tr": {"script": "Palto stokta"}}}
    return read({"key": "coats", "name": name, "purpose": purpose, "variants": variants})


def _proposed(conn: Connection, message: Definition) -> Proposal:
    before = messages.plan(conn, message).before
    return store.propose(conn, texts.of_message(message, before), AT, OYA)


def _refused(code: str, conn: Connection, found: Proposal, by: str = ANA) -> None:
    with pytest.raises(KervanError) as caught:
        decide.approve(conn, found.id, AT, by, PLACE)
    assert caught.value.code == code
    for locale in LOCALES:
        assert "journeys." not in caught.value.say(locale)


def test_who_is_asked(postgres: Connection) -> None:
    assert set(store.rules(postgres).values()) == {"none"}
    wanted = [texts.of_message(_message(purpose=one), 0) for one in ("marketing", "transactional")]
    assert [store.asked(postgres, one) for one in wanted] == [False, False]
    assert store.set_rule(postgres, "message", "marketing", AT, OYA)
    assert not store.set_rule(postgres, "message", "marketing", AT, OYA)
    assert [store.asked(postgres, one) for one in wanted] == [True, False]
    store.set_rule(postgres, "message", "all", AT, OYA)
    assert [store.asked(postgres, one) for one in wanted] == [True, True]
    assert not store.asked(postgres, texts.of_journey(postgres, EXAMPLE, 0))
    store.set_rule(postgres, "journey", "marketing", AT, OYA)
    assert store.asked(postgres, texts.of_journey(postgres, EXAMPLE, 0))


def test_another_person_lets_it_go_live(postgres: Connection) -> None:
    messages.apply(postgres, _message(), AT, OYA)
    found = _proposed(postgres, _message("Warm coats"))
    assert _proposed(postgres, _message("Warm coats")) == found
    assert message_store.get(postgres, "coats").definition.name == "Coats"
    _refused("journeys.approval_own", postgres, found, OYA)
    done = decide.approve(postgres, found.id, AT, ANA, PLACE, "fine")
    assert (done.state, done.version, done.decided_by, done.note) == ("approved", 2, ANA, "fine")
    live = message_store.get(postgres, "coats")
    assert (live.definition.name, live.by) == ("Warm coats", OYA)
    _refused("journeys.approval_decided", postgres, found)


def test_sent_back(postgres: Connection) -> None:
    found = _proposed(postgres, _message())
    with pytest.raises(KervanError) as caught:
        decide.reject(postgres, found.id, AT, ANA, "  ")
    assert caught.value.code == "journeys.approval_note"
    assert decide.reject(postgres, found.id, AT, ANA, "too loud").state == "rejected"
    _refused("journeys.approval_decided", postgres, found)
    with pytest.raises(KervanError):
        message_store.get(postgres, "coats")
    with pytest.raises(KervanError) as caught:
        store.get(postgres, uuid.UUID(int=9))
    assert caught.value.code == "journeys.approval_unknown"


def test_what_is_proposed_anew_takes_the_place(postgres: Connection) -> None:
    first = _proposed(postgres, _message())
    second = _proposed(postgres, _message("Other"))
    assert [one.id for one in store.listed(postgres)] == [second.id]
    _refused("journeys.approval_decided", postgres, first)
    assert store.get(postgres, first.id).state == "replaced"


def test_a_version_that_went_live_meanwhile(postgres: Connection) -> None:
    messages.apply(postgres, _message(), AT, OYA)
    found = _proposed(postgres, _message("Warm coats"))
    messages.apply(postgres, _message("Third"), AT, OYA)
    _refused("journeys.approval_outdated", postgres, found)
    assert store.get(postgres, found.id).state == "pending"


def test_journeys_and_policies(postgres: Connection) -> None:
    journey = store.propose(postgres, texts.of_journey(postgres, EXAMPLE, 0), AT, OYA)
    policy = Policy(caps=(Cap(name="a", most=1, per="day"),))
    wanted = texts.of_policy(policy, texts.number_of(policies.plan(postgres, policy)))
    ruled = store.propose(postgres, wanted, AT, OYA)
    assert policies.in_force(postgres, AT) is None
    assert decide.approve(postgres, ruled.id, AT, ANA, PLACE).version == 1
    found = policies.in_force(postgres, AT)
    assert found is not None
    assert (found.policy, found.author) == (policy, OYA)
    assert decide.approve(postgres, journey.id, AT, ANA, PLACE).version == 1
    assert journeys.plan(postgres, EXAMPLE).change == "same"
    looser = Policy(caps=(Cap(name="a", most=2, per="day"),))
    number = texts.number_of(policies.plan(postgres, looser))
    assert number == 1
    again = store.propose(postgres, texts.of_policy(looser, number), AT, OYA)
    assert decide.approve(postgres, again.id, AT, ANA, PLACE).version == 2


def test_two_decide_at_once(postgres: Connection) -> None:
    """The second waits for the first and is told: nothing goes live twice."""
    found = _proposed(postgres, _message())
    postgres.commit()
    with psycopg.connect(postgres.info.dsn, password=postgres.info.password) as other:
        (path,) = postgres.execute("show search_path").fetchone() or ("",)
        other.execute("select set_config('search_path', %s, false)", (path,))
        other.execute("set lock_timeout = '300ms'")
        other.commit()
        decide.approve(postgres, found.id, AT, ANA, PLACE)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            decide.reject(other, found.id, AT, OYA, "no")
        other.rollback()
        postgres.commit()
        with pytest.raises(KervanError) as caught:
            decide.reject(other, found.id, AT, OYA, "no")
        assert caught.value.code == "journeys.approval_decided"
