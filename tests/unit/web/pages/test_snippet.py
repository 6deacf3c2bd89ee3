"""The vendor's script is served where it was put, and nothing else of the data directory is."""

from pathlib import Path

import msgspec

from tests.unit.web.pages.conftest import Site

_SCRIPT = "/analytics.js/v1/kv_any/analytics.min.js"


def _put(place: Path, *names: str) -> None:
    folder = place / "sdk" / "analytics-next"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text(f"// {name}")


def test_the_script_and_its_parts_are_for_every_page(site: Site) -> None:
    _put(site.house.config.data, "standalone.js", "queryString.bundle.34b1.js")
    status, text, headers = site.get(_SCRIPT, signed_in=False)
    assert (status, text) == (200, "// standalone.js")
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["access-control-allow-origin"] == "*"
    part = "/analytics-next/bundles/queryString.bundle.34b1.js"
    assert site.get(part, signed_in=False)[:2] == (200, "// queryString.bundle.34b1.js")


def test_where_it_is_absent_the_answer_says_what_to_do(site: Site) -> None:
    words = {"tr": "klasörüne koyun", "az": "qovluğuna qoyun", "en": "Put the files"}
    for locale, said in words.items():
        status, text, _ = site.get(f"{_SCRIPT}?lang={locale}", signed_in=False)
        error = msgspec.json.decode(text)["error"]
        assert (status, error["code"]) == (404, "web.sdk_absent")
        assert said in error["message"]
        assert str(site.house.config.data) not in text


def test_nothing_else_is_served(site: Site) -> None:
    data = site.house.config.data
    _put(data, "standalone.js", ".hidden.js", "notes.txt")
    for name in ("master.key", "sdk.js"):
        (data / name).write_text("secret")
    for name in (
        "..%2f..%2fmaster.key",
        "..%2f..%2fsdk.js",
        "../../sdk.js",
        "%2e%2e/%2e%2e/sdk.js",
        "..%5c..%5csdk.js",
        ".hidden.js",
        "notes.txt",
        "a%00.js",
        f"{'a' * 300}.js",
    ):
        status, text, _ = site.get(f"/analytics-next/bundles/{name}", signed_in=False)
        assert status == 404, name
        assert "secret" not in text
