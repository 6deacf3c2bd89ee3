"""Every word of the command line leads to a command, and wrong use gets one clear sentence."""

import argparse

import pytest

from kervan import cli


def _words() -> dict[str, argparse.ArgumentParser]:
    parser = cli.parser()
    (words,) = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(words.choices)


@pytest.mark.parametrize("word", sorted(_words()))
def test_every_word_has_a_command(word: str) -> None:
    assert callable(cli.command(_words()[word].get_default("run")))


def test_a_missing_file_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["apply", "/nowhere/journey.yaml"])
    said = capsys.readouterr().err
    assert caught.value.code == 1
    assert said.startswith("kervan: /nowhere/journey.yaml cannot be read") and said[-1:] == "\n"
    assert "Traceback" not in said


def test_an_unknown_word_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["dance"])
    assert caught.value.code == 2
    assert "deadletter" in capsys.readouterr().err
