"""The console's types of the API are those of the API as it is now."""

from tools import console_api


def test_the_types_are_of_this_api() -> None:
    with console_api.SCHEMA.open(encoding="utf-8") as file:
        assert file.readline() == console_api.head(), "the API has changed: make console-api"
