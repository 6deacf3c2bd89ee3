"""Data goes abroad only under an entry of the register that has its ground."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.privacy import register, transfers

SIGNED = date(2026, 1, 5)
AT = clock.from_ms(1_790_000_000_000)
META = register.Processor(
    "Meta", "processor", "IE", "ads", "hashes", "customers", SIGNED,
    transfer_basis="standard_contract", contract_signed_on=SIGNED,
)  # fmt: skip


def lacks(conn: Connection, entry: register.Processor, home: str = "TR") -> str:
    """What an entry lacks once it is written."""
    return transfers.problem(conn, home, register.keep(conn, entry, AT, "me"), AT)


def test_what_an_entry_lacks(postgres: Connection) -> None:
    assert lacks(postgres, META) == ""
    assert lacks(postgres, replace(META, transfer_basis="")) == transfers.GROUNDLESS
    by_consent = replace(META, transfer_basis="consent")
    assert lacks(postgres, by_consent) == transfers.GROUNDLESS
    assert lacks(postgres, by_consent, "AZ") == "", "there it is a ground"
    assert lacks(postgres, replace(META, contract_signed_on=None)) == transfers.UNSIGNED
    assert lacks(postgres, replace(META, transfer_basis=""), "IE") == "", "it stays at home"
    assert lacks(postgres, replace(META, ends_on=date(2026, 2, 1))) == transfers.ENDED
    assert lacks(postgres, replace(META, begins_on=date(2027, 2, 1))) == transfers.ENDED
    assert transfers.problem(postgres, "TR", None, AT) == transfers.MISSING
    assert transfers.problem(postgres, "TR", UUID(int=9), AT) == transfers.MISSING
