"""A process that lacks the right master key ends with one clear sentence."""

import pytest

from kervan import cli
from kervan.app import ground
from kervan.kernel import crypto
from kervan.kernel.config import Config


def _said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words])
    return int(str(ended.value.code)), capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "mode", "said"),
    [
        (None, 0o600, "no master key"),
        (b"", 0o600, "32 bytes"),
        (b"nonsense\n", 0o600, "32 bytes"),
        (b"A" * 43 + b"=\n", 0o600, "is needed"),
        (b"right", 0o644, "chmod 600"),
        (b"right", 0o604, "chmod 600"),
    ],
)
def test_without_the_right_key_it_says_what_to_do(
    config: Config, capsys: pytest.CaptureFixture[str], wrong: bytes | None, mode: int, said: str
) -> None:
    path = ground.master_key_path(config)
    right = path.read_bytes()
    path.unlink()
    if wrong is not None:
        path.write_bytes(right if wrong == b"right" else wrong)
        path.chmod(mode)
    for words in (("deadletter", "list"), ("migrate",)):
        status, error = _said(capsys, *words)
        assert status == 1 and said in error
        assert len(error.splitlines()) == 1 and "Traceback" not in error
    assert path.exists() == (wrong is not None), "none is made up"


def test_the_key_may_come_by_the_environment(
    config: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ground.master_key_path(config)
    monkeypatch.setenv("KERVAN_MASTER_KEY", path.read_text().strip())
    path.unlink()
    assert _said(capsys, "deadletter", "list")[0] == 0
    status, error = _said(capsys, "keys", "rotate")
    assert status == 1 and "keys retire" in error
    other = path.with_name("next.key")
    assert _said(capsys, "keys", "rotate", "--to", str(other))[0] == 0
    assert _said(capsys, "deadletter", "list")[0] == 0, "the old one still opens"
    monkeypatch.setenv("KERVAN_MASTER_KEY", other.read_text().strip())
    assert _said(capsys, "deadletter", "list")[0] == 0, "and so does the new one"
    assert _said(capsys, "keys", "retire")[0] == 0
    assert crypto.read_master_key(other) is not None
