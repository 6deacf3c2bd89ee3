"""What stands behind one consent is shown whole, and says when it was tampered with."""

from datetime import timedelta

import pytest

from kervan.consent import ledger, notices, prove, verify
from kervan.consent.ledger import Change
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add


def _written(conn: Connection) -> list[int]:
    add(conn, 1, "p1@ornek.test")
    shown = notices.publish(conn, "newsletter", "tr", "Kampanya iletileri almak istiyorum.")
    return ledger.record(
        conn,
        VAULT,
        [
            Change("email", "granted", AT, person=1, notice=shown.id, proof={"ip": "192.0.2.7"}),
            Change("email", "withdrawn", AT + timedelta(days=1), person=1),
        ],
    )


def test_a_consent_is_shown_with_its_text_proof_and_place(postgres: Connection) -> None:
    first, second = _written(postgres)
    found = prove.evidence(postgres, VAULT, first)
    assert found.event.status == "granted"
    assert found.notice is not None
    assert found.notice.text == "Kampanya iletileri almak istiyorum."
    assert found.proof == {"ip": "192.0.2.7"}
    assert found.intact
    assert (found.event.id, found.end, found.signed_by) == (1, 2, None)
    assert found.overruled_by == second
    verify.checkpoint(postgres, VAULT, AT)
    assert prove.evidence(postgres, VAULT, first).signed_by == (2, AT)
    last = prove.evidence(postgres, VAULT, second)
    assert last.intact and last.proof is None and last.overruled_by == 0


def test_a_tampered_consent_says_so(postgres: Connection) -> None:
    first, _ = _written(postgres)
    postgres.execute("alter table consent_event disable trigger user")
    postgres.execute("update consent_event set topic = 'news' where id = 1")
    assert not prove.evidence(postgres, VAULT, first).intact


def test_the_proof_of_an_erased_person_cannot_be_read_and_the_row_holds(
    postgres: Connection,
) -> None:
    first, _ = _written(postgres)
    postgres.execute("delete from profile")
    found = prove.evidence(postgres, VAULT, first)
    assert found.proof is None and found.intact


def test_an_unknown_row_is_a_clear_error(postgres: Connection) -> None:
    with pytest.raises(KervanError, match="no row 5"):
        prove.evidence(postgres, VAULT, 5)
