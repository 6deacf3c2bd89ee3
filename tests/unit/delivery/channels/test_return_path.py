"""Return paths: whoever has one reads it back, and nobody makes one up."""

import uuid

from kervan.delivery.channels import return_path
from tests.unit.delivery.world import VAULT

_ID = uuid.UUID("019f5a7e-0000-7000-8000-000000000001")
KEY = return_path.key_of(VAULT)


def test_a_return_path_names_its_message_whatever_the_case() -> None:
    made = return_path.address(_ID, "bounce.shop.example", KEY)
    assert len(made.partition("@")[0]) <= 64
    assert return_path.read(made, KEY) == _ID
    assert return_path.read(f" <{made.upper()}>\r\n", KEY) == _ID


def test_each_changed_letter_is_seen() -> None:
    local = return_path.address(_ID, "x.example", KEY).partition("@")[0]
    for place in range(2, len(local)):
        other = "0" if local[place] != "0" else "1"
        assert (
            return_path.read(f"{local[:place]}{other}{local[place + 1 :]}@x.example", KEY) is None
        )


def test_without_a_key_it_proves_nothing() -> None:
    assert return_path.address(_ID, "x.example", b"") == f"b+{_ID.hex}@x.example"
    for given in (f"b+{_ID.hex}@x.example", "b+123@x.example", "", "news@x.example"):
        assert return_path.read(given, KEY) is None


def test_complaints_have_an_address_of_their_own() -> None:
    made = return_path.feedback_address("x.example", KEY)
    assert return_path.read(made, KEY) == return_path.FEEDBACK
    assert return_path.read(made, b"another") is None
