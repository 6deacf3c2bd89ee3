"""Rules about words: each sentence exists in three languages, with the same facts in each."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator

from tests.house.tree import File, Finding, dotted, python

LOCALES = {"en", "tr", "az"}
_FACT = re.compile(r"\{(\w+)\}")
# What the constructor and the reader take for themselves; everything else fills the sentence.
_OWN = {"status"}

Sentences = dict[str, dict[str, str]]


def read_words(file: File) -> Sentences:
    """The sentences of one `words.toml` by full key, whether written `["a.b"]` or `[a.b]`."""
    found: Sentences = {}
    for key, forms in tomllib.loads(file.text).items():
        if forms and all(isinstance(form, dict) for form in forms.values()):
            found.update({f"{key}.{name}": form for name, form in forms.items()})
        else:
            found[key] = forms
    return found


def words(file: File) -> Iterator[Finding]:
    """Each key of a room's words.toml has en, tr and az, with the same facts in each."""
    if not file.path.endswith("words.toml"):
        return
    # Above the rooms, cli and app share one file.
    rooms = [file.place.split("/")[0]] if "/" in file.place else ["app", "cli"]
    for key, forms in read_words(file).items():
        line = 1 + file.text[: file.text.find(key.split(".")[-1])].count("\n")
        for message in _faults(rooms, key, forms):
            yield Finding("words", file.path, line, f"{key}: {message}")


def _faults(rooms: list[str], key: str, forms: dict[str, str]) -> Iterator[str]:
    if key.split(".")[0] not in rooms:
        yield f"a key here starts with “{rooms[0]}.”"
    if set(forms) != LOCALES:
        yield f"has {', '.join(sorted(forms))}; needs az, en, tr"
    if not all(isinstance(text, str) and text.strip() for text in forms.values()):
        yield "has an empty sentence"
        return
    facts = {locale: set(_FACT.findall(text)) for locale, text in forms.items()}
    if len({frozenset(found) for found in facts.values()}) > 1:
        yield f"the facts differ: {facts}"
    if "ə" in forms.get("tr", "").lower():
        yield "the Turkish sentence has an Azerbaijani letter"


def codes(files: Iterable[File]) -> Iterator[Finding]:
    """Each code that is raised or said has a sentence, and is given the facts it names."""
    everything = tuple(files)
    known: Sentences = {}
    for file in everything:
        if file.path.endswith("words.toml"):
            known.update(read_words(file))
    for file in everything:
        if python(file) and file.place:
            for call in file.nodes:
                if isinstance(call, ast.Call):
                    yield from _missing(file, call, known)


def _missing(file: File, call: ast.Call, known: Sentences) -> Iterator[Finding]:
    called = dotted(call.func).split(".")[-1]
    if called not in {"KervanError", "say"} or not call.args:
        return
    key = call.args[0]
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or "." not in key.value:
        return  # computed, or a room's own short word
    if key.value not in known:
        message = f"{key.value} has no sentence in any words.toml"
        yield Finding("codes", file.path, call.lineno, message)
        return
    given = {word.arg for word in call.keywords}
    needed = set(_FACT.findall(known[key.value].get("en", "")))
    if None not in given and needed - given - _OWN:
        lacking = ", ".join(sorted(needed - given))
        yield Finding("codes", file.path, call.lineno, f"{key.value} is not told its {lacking}")
