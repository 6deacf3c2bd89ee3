"""The register names who gets data, and says what a transfer still lacks, and by when."""

import dataclasses
from datetime import UTC, date, datetime

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import register
from kervan.privacy.register import Processor

_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_MAIL = Processor(
    "Posta A.Ş.", "processor", "TR", "sending mail", "e-mail", "customers", date(2026, 1, 1)
)
_ADS = dataclasses.replace(_MAIL, name="Ads Inc.", country="US", purposes="audiences")


def test_a_transfer_says_what_is_missing(postgres: Connection) -> None:
    register.keep(postgres, _MAIL, _AT, "ayla")
    number = register.keep(postgres, _ADS, _AT, "ayla")

    def missing() -> list[dict[str, object]]:
        return list(register.register(postgres, "TR", _AT, "en")["missing"])

    assert [one["what"] for one in missing()] == ["transfer_basis"]
    signed = dataclasses.replace(
        _ADS, id=number, transfer_basis="standard_contract", contract_signed_on=date(2026, 11, 20)
    )
    register.keep(postgres, signed, _AT, "ayla")
    # Friday, and five business days: the Friday after
    assert missing() == [{"name": "Ads Inc.", "what": "notified_on", "due_on": date(2026, 11, 27)}]
    before_feast = dataclasses.replace(signed, contract_signed_on=date(2026, 5, 22))
    register.keep(postgres, before_feast, _AT, "a")
    assert missing()[0]["due_on"] == date(2026, 6, 3), "a Friday; the feast begins on Tuesday noon"
    register.keep(postgres, dataclasses.replace(signed, notified_on=date(2026, 11, 24)), _AT, "a")
    assert missing() == []
    found = register.register(postgres, "TR", _AT, "tr")
    assert [(one["name"], one["is_transfer"]) for one in found["processors"]] == [
        ("Ads Inc.", True),
        ("Posta A.Ş.", False),
    ]
    assert {one["key"]: one["kept_days"] for one in found["processing"]}["messages"] == 1095


def test_words_that_are_not_ours_are_refused(postgres: Connection) -> None:
    for wrong in ({"role": "friend"}, {"transfer_basis": "hope"}, {"name": " "}):
        with pytest.raises(KervanError) as caught:
            register.keep(postgres, dataclasses.replace(_MAIL, **wrong), _AT, "ayla")
        assert caught.value.code == "privacy.register_not_good"
