"""The console's words: the same keys in three languages, no string bare, no copy."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tools import console

from kervan.collect import people_rows
from kervan.content.lint import live
from kervan.content.lint.checks import CHECKS
from kervan.delivery.channels import found
from kervan.profiles import names
from tests.console.pages import LANGUAGES, ROOMS, paths

SOURCES = console.HERE / "src"
SAY = SOURCES / "say"
FILES = sorted(one.stem for one in (SAY / "en").glob("*.json"))
_FACT = re.compile(r"\{\{\s*(\w+)[^}]*\}\}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def flat(words: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def read(language: str, name: str) -> dict[str, str]:
    return dict(flat(json.loads((SAY / language / f"{name}.json").read_text("utf-8"))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_file(language: str) -> None:
    assert sorted(one.stem for one in (SAY / language).glob("*.json")) == FILES


@pytest.mark.parametrize("name", FILES)
def test_three_languages_say_the_same_things(name: str) -> None:
    english = read("en", name)
    for language in ("tr", "az"):
        other = read(language, name)
        assert other.keys() == english.keys()
        for key, text in english.items():
            assert text.strip() and other[key].strip(), (language, key)
            assert sorted(_FACT.findall(other[key])) == sorted(_FACT.findall(text)), (language, key)


@pytest.mark.parametrize("room", sorted(ROOMS.glob("*/room.ts")), ids=lambda one: one.parent.name)
def test_a_room_has_its_words(room: Path) -> None:
    text = room.read_text("utf-8")
    words = read("en", room.parent.name)
    assert "menu" in words
    assert set(re.findall(r"\bnamed:\s*\"([^\"]+)\"", text)) <= words.keys()
    assert paths(room)


def test_azerbaijani_is_no_copy_of_turkish(capsys: pytest.CaptureFixture[str]) -> None:
    same, whole, long = 0, 0, []
    for name in FILES:
        turkish, azerbaijani = read("tr", name), read("az", name)
        for key, text in azerbaijani.items():
            whole += 1
            if text == turkish[key]:
                same += 1
                if len(_LETTERS.findall(_FACT.sub("", text))) > 3:
                    long.append(f"{name}:{key}: {text}")
    with capsys.disabled():
        print(f"\n    console: {same} of {whole} strings are the same in az and tr", end="")
    assert not long, "\n".join(long)
    assert same < whole / 5


def bare(text: str = "", files: list[Path] | None = None) -> list[str]:
    """Strings that stand in JSX as they are, and so in one language only, as console/bare.mjs."""
    console.install()
    command = [*console.node(), "bare.mjs", *map(str, files or [])]
    done = subprocess.run(
        command, cwd=console.HERE, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.peer("node", "npm")
def test_no_string_is_bare() -> None:
    found = bare(files=sorted(SOURCES.rglob("*.tsx")))
    assert not found, "\n".join(found)


@pytest.mark.peer("node", "npm")
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('<Text size="sm">Save it</Text>', 1),
        ('<Button aria-label="Close this">x</Button>', 1),
        ("<b>{busy ? `Wait ${name}` : 'Go on'}</b>", 2),
        ('<Text title={t("save")} c="dimmed">{t("name")} · {"Kervan"}</Text>', 0),
        ("const a: Map<string, number> = one > 3 && two < b;", 0),
    ],
)
def test_a_bare_string_is_seen(text: str, count: int) -> None:
    assert len(bare(text)) == count


def test_what_the_registry_did_not_take_is_said_in_words() -> None:
    """Codes with a variable part are made into sentences by their beginning (reasons.ts)."""
    rules = console.HERE.parent / "src" / "kervan" / "consent" / "registry"
    found = re.compile(r'(?:InDoubt\(|NotTaken\(|Verdict\(Step\.\w+, |return )"([a-z_]+)"')
    texts = [one.read_text("utf-8") for one in rules.glob("*.py")]
    written = {code for text in texts for code in found.findall(text)}
    assert len(written) > 12
    known = {key.rpartition(".")[2] for key in read("en", "settings") if "consent.reasons." in key}
    assert not {one for one in written if not one.startswith(("batch_", "not_found_"))} - known


def test_every_provider_and_each_of_its_settings_is_called_something() -> None:
    words = read("en", "settings")
    for one in map(found.find, found.names()):
        assert f"providers.{one.name}" in words
        fields = {f"fields.{each.name}" for each in msgspec.structs.fields(one.settings)}
        assert fields <= words.keys(), (one.name, fields - words.keys())


def test_every_check_of_the_linter_is_called_something() -> None:
    known = set(live.NAMES).union(*(one.names for one in CHECKS))
    said = {key.removeprefix("guide.check.") for key in read("en", "settings")
            if key.startswith("guide.check.")}  # fmt: skip
    assert said == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_with_the_headings_a_page_offers_is_understood(language: str) -> None:
    words = read(language, "start")
    heads = {key.rpartition(".")[2]: words[key] for key in words if key.startswith("import.heads.")}
    found = people_rows.places(list(heads.values()), {})
    wanted = {
        "consentEmail": "consent.email.marketing",
        "consentSms": "consent.sms.marketing",
        "consentCall": "consent.call.marketing",
    }
    for place, one in zip(heads, found, strict=True):
        assert str(one) in (place, f"traits.{place}", wanted.get(place)), one.column
    for word, answer in (("yes", "granted"), ("no", "denied")):
        assert people_rows._known()[1][names.fold(words[f"import.{word}"])] == answer
