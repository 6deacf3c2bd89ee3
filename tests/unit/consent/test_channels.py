"""What an address is for, and where it is."""

from kervan.consent.channels import IDENTIFIER_OF, KIND_OF, country_of
from kervan.consent.packs import packs


def test_every_channel_of_the_packs_has_a_kind_of_address() -> None:
    for pack in packs().values():
        assert set(pack.value("consent.channels")) <= set(KIND_OF)
    assert set(IDENTIFIER_OF) <= set(KIND_OF.values())


def test_a_phone_names_its_country_and_an_address_of_mail_does_not() -> None:
    assert country_of("phone", "+905321234567") == "TR"
    assert country_of("phone", "+994501234567") == "AZ"
    assert country_of("phone", "0532") == country_of("phone", "") == ""
    assert country_of("email", "ayse@ornek.com.tr") == ""
