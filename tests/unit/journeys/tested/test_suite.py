"""Files of tests find their journey and its messages; what cannot be read is told with its file."""

from pathlib import Path

import pytest

from kervan.journeys.tested import suite
from kervan.journeys.tested.suite import Unreadable
from tests.unit.journeys.tested.test_judge import JOURNEY

TESTS = """
tests:
  journey: journey.yaml
  cases:
    - name: By push
      story:
        - {event: Product Viewed, properties: {price: 100}}
        - {pass: 1 hour}
        - then: {message: coats, by: push}
"""
MESSAGE = """
message:
  key: coats
  name: Coats
  variants: {push: {tr: {title: Palto}}, email: {tr: {subject: Palto, mjml: x}}}
"""


def _write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "tests.yaml"


def test_a_folder(tmp_path: Path) -> None:
    path = _write(tmp_path, tests=TESTS, journey=JOURNEY, coats=MESSAGE)
    assert suite.files([tmp_path]) == [path]
    assert [one.failures for one in suite.run(path)] == [()]
    (tmp_path / "coats.yaml").unlink()
    assert [one.code for one in suite.run(path)[0].failures] == ["message"]


@pytest.mark.parametrize(("name", "text"), [
    ("tests", TESTS.replace("story", "tale")), ("journey", "journey: {}"),
    ("coats", MESSAGE.replace("push", "pigeon")), ("coats", "a: ["), ("tests", "journey: {}"),
])  # fmt: skip
def test_what_cannot_be_read(tmp_path: Path, name: str, text: str) -> None:
    path = _write(tmp_path, **{"tests": TESTS, "journey": JOURNEY, "coats": MESSAGE, name: text})
    with pytest.raises(Unreadable) as caught:
        suite.run(path)
    assert caught.value.path.name == f"{name}.yaml"


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        suite.files([tmp_path])
    with pytest.raises(Unreadable):
        suite.run(tmp_path / "no.yaml")
