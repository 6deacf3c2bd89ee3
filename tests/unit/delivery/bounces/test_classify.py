"""What a status code means for its address."""

import pytest

from kervan.delivery.bounces.classify import Cause, classify, code


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        ("5.1.1", "", Cause.HARD),
        ("5.1.10", "", Cause.HARD),
        ("5.0.0", "smtp; 550 5.1.1 unknown", Cause.HARD),
        ("5.0.0", "smtp; 550 unknown user", Cause.SOFT),
        ("4.1.1", "", Cause.SOFT),
        ("5.2.1", "", Cause.SOFT),
        ("5.2.2", "", Cause.FULL),
        ("4.2.2", "smtp; 452 4.2.2 full", Cause.FULL),
        ("5.7.1", "smtp; 550 5.1.1 no", Cause.POLICY),
        ("5.7.515", "", Cause.POLICY),
        ("5.6.0", "", Cause.POLICY),
        ("4.4.7", "", Cause.SOFT),
        ("5.4.4", "", Cause.SOFT),
        ("5.11.1", "", Cause.SOFT),
        ("", "", Cause.SOFT),
    ],
)
def test_only_a_word_about_the_mailbox_gives_it_up(status: str, words: str, cause: Cause) -> None:
    assert classify(status, words) is cause


def test_the_code_is_kept_and_never_the_words() -> None:
    assert code("5.0.0", "smtp; 550 5.1.1 <ada@x.example> unknown") == "5.1.1"
    assert code("4.4.7") == "4.4.7"
    assert code("nonsense", "ada@x.example") == ""
