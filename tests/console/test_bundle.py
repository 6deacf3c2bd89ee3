"""What a browser loads before the first page is no more than it may be."""

import pytest

from kervan.bench import bundle

_MOST_KB = 330  # scripts, gzipped, with one language's words

pytestmark = pytest.mark.peer("node", "npm")


def test_the_first_load_is_small(built: None, capsys: pytest.CaptureFixture[str]) -> None:
    size_kb = bundle.first_load_bytes() / 1_000
    with capsys.disabled():
        print(f"\n    console: {size_kb:.0f} kB of scripts before the first page", end="")
    assert 50 < size_kb <= _MOST_KB
