"""The published schema is the one the code has, and the text of the page fits it."""

import re

import yaml

from kervan.content.brand.read import read
from kervan.content.brand.schema import schema_text
from kervan.content.lint.run import NAMES
from tests.house.tree import ROOT

PLACE = ROOT / "docs" / "reference" / "brand.schema.json"
PAGE = (ROOT / "docs" / "how-to" / "brand.md").read_text(encoding="utf-8")


def test_the_published_schema_is_todays() -> None:
    assert PLACE.read_text(encoding="utf-8") == schema_text(), "write schema_text() there"


def test_the_text_of_the_page_can_be_applied() -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert read(yaml.load(text, yaml.BaseLoader)["brand"] | {"limits": {}}, NAMES).name == "Çınar"


def test_every_check_is_on_the_page() -> None:
    for name in NAMES:
        assert f"`{name}`" in PAGE, name
