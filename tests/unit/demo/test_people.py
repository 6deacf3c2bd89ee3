"""Simulated people are the same for the same seed, and every deck plays every part."""

import pytest

from kervan.demo import people
from kervan.demo.people import Role
from kervan.kernel import ids


def test_the_same_seed_draws_the_same_people() -> None:
    first = [people.draw(ids.random(5), "r", n, Role.BUYS) for n in range(20)]
    again = [people.draw(ids.random(5), "r", n, Role.BUYS) for n in range(20)]
    assert first == again


def test_each_deck_holds_every_role() -> None:
    dealt = people.roles(ids.random(1), len(people.DECK))
    assert set(dealt) == set(Role)
    assert len(people.roles(ids.random(1), 60)) == 60


def test_every_language_comes_with_its_currency_and_a_mailable_address() -> None:
    random = ids.random(3)
    crowd = [people.draw(random, "run", n, Role.CONVERTS) for n in range(300)]
    assert {(one.locale, one.currency) for one in crowd} == {
        ("tr", "TRY"),
        ("az", "AZN"),
        ("en", "GBP"),
    }
    assert len({one.email for one in crowd}) == 300
    for one in crowd:
        assert one.email.isascii()
        assert one.email.endswith("@simulated.test")
        assert 1 <= len(one.basket) <= people.MOST_LINES
        assert set(one.basket) <= set(one.viewed)
        assert one.total == pytest.approx(sum(x.price * x.quantity for x in one.basket), abs=0.01)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Çağrı", "cagri"),
        ("İpek", "ipek"),
        ("Işıl", "isil"),
        ("Əli", "eli"),
        ("Nərgiz", "nergiz"),
        ("Xədicə", "xedice"),
        ("O’Brien", "obrien"),
        ("Siobhán", "siobhan"),
        ("Zoë", "zoe"),
    ],
)
def test_names_become_addresses_as_people_write_them(name: str, plain: str) -> None:
    assert people.ascii_name(name) == plain
