"""Which channels reach a person, and which rule says no, in the gate's order."""

from kervan.delivery import outbox, ways
from kervan.delivery.decide import Reason
from kervan.kernel import clock, crypto
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.web.pages.preferences.opened import ADDRESS, add, agree


def test_each_rule_in_its_turn(postgres: Connection) -> None:
    vault = crypto.Vault(bytes(32)).workspace("main")
    add(postgres, vault, 1, ADDRESS)

    def email() -> ways.Way:
        known = profiles.contacts(postgres, vault, [1])[1]
        found = ways.of_person(postgres, vault, known, clock.now(), "TR")
        assert {one.channel: one.reason for one in found}["sms"] in (
            Reason.NO_ADDRESS, Reason.EMERGENCY_STOP,
        )  # fmt: skip
        return next(one for one in found if one.channel == "email")

    assert email().reason is Reason.NO_CONSENT
    agree(postgres, vault, 1, "email")
    assert email().reason is Reason.NONE and email().consent
    contact = profiles.contacts(postgres, vault, [1])[1].email_hash
    outbox.suppress(postgres, [contact], "email", "bounced", clock.now(), [None])
    assert email().reason is Reason.ADDRESS_SUPPRESSED
    outbox.stop(postgres, "test", clock.now())
    assert email().reason is Reason.EMERGENCY_STOP
