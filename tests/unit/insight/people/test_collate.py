"""Names stand in the order of each language's own alphabet."""

import pytest

from kervan.insight.people import collate


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        ("tr", ["Ahmet", "Can", "Çağla", "Işıl", "İrem", "Kaan", "Okan", "Ömer", "Su", "Şule"]),
        ("az", ["Aysel", "Elnur", "Əli", "Fərid", "Günel", "Xalid", "Ilqar", "İlqar", "Kənan"]),
        ("en", ["Adam", "Eli", "Əli", "Igor", "Zoe"]),
    ],
)
def test_the_alphabet(locale: str, names: list[str]) -> None:
    assert sorted(set(names), key=lambda one: collate.key(one, locale)) == names


def test_a_shorter_name_comes_first_and_case_does_not_count() -> None:
    assert collate.key("ali can", "tr") < collate.key("Alican", "tr")
    assert collate.key("İREM", "tr") == collate.key("irem", "tr")
    assert collate.key("IŞIL", "tr") == collate.key("ışıl", "tr")
