"""Whose mailbox an address is."""

from kervan.delivery.mail import domains


def test_domains_of_one_provider_are_one_group() -> None:
    assert {domains.group_of(f"a@{one}") for one in ("gmail.com", "GoogleMail.com")} == {"gmail"}
    assert domains.group_of("a@hotmail.com") == domains.group_of("a@live.com") == "microsoft"
    assert domains.group_of("a@shop.example") == domains.OTHER
    assert domains.group_of("") == ""
    assert domains.lane_of("a@shop.example") == "shop.example"
    assert domains.lane_of("b@googlemail.com") == "gmail"


def test_no_domain_is_in_two_groups() -> None:
    assert len(domains.groups()) > 30
    assert all(domain == domain.lower() for domain in domains.groups())
