"""The cost of a text: the notes' and Verimor's tables, the cheapest mode, room for the operator."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel.gsm import Fold, Joining, Mode, Rules, compare, count
from kervan.kernel.gsm.alphabet import TURKISH_LETTERS
from kervan.kernel.gsm.counting import measure, size

ALL = Rules(modes=tuple(Mode), fold=Fold.NONE)


@pytest.mark.parametrize(
    ("mode", "joining", "single", "each"),
    [
        (Mode.GSM, Joining.UDH8, 160, 153),
        (Mode.SINGLE, Joining.UDH8, 155, 149),
        (Mode.LOCKING, Joining.UDH8, 155, 149),
        (Mode.BOTH, Joining.UDH8, 152, 146),
        (Mode.UCS2, Joining.UDH8, 70, 67),
        (Mode.GSM, Joining.UDH16, 160, 152),
        (Mode.SINGLE, Joining.UDH16, 155, 148),
        (Mode.UCS2, Joining.UDH16, 70, 66),
        (Mode.GSM, Joining.SAR, 160, 153),
    ],
)
def test_sizes(mode: Mode, joining: Joining, single: int, each: int) -> None:
    assert size(mode, joining) == (single, each)
    rules = Rules(modes=(mode,), joining=joining)
    assert count("a" * single, rules).parts == 1
    assert count("a" * (single + 1), rules).parts == 2
    assert count("a" * each * 3, rules).parts == 3
    assert count("a" * (each * 3 + 1), rules).parts == 4


# Verimor's SMS-API, user_guide.md, "SMS boy karakter limitleri": the most characters of 1..7 parts.
VERIMOR = {
    Mode.GSM: ("a", (160, 306, 459, 612, 765, 918, 1071)),
    Mode.SINGLE: ("ş", (155, 298, 447, 596, 745, 894, 1043)),
    Mode.UCS2: ("ə", (70, 134, 201, 268, 335, 402, 469)),
}


@pytest.mark.parametrize("mode", VERIMOR)
def test_verimors_table(mode: Mode) -> None:
    letter, limits = VERIMOR[mode]
    rules = Rules(modes=(Mode.GSM, Mode.SINGLE, Mode.UCS2), fold=Fold.NONE, turkish_once=True)
    for parts, limit in enumerate(limits, 1):
        for length, wanted in ((limit, parts), (limit + 1, parts + 1)):
            found = count(letter * length, rules)
            assert (found.parts, found.mode, found.units) == (wanted, mode, length)
    # "Not-1": these count twice in datacoding 0 and 1; "Not-2": only these letters are Turkish.
    for sign in "^{}\\[]~|€":
        assert measure(sign, Mode.GSM, rules).units == measure(sign, Mode.SINGLE, rules).units == 2
    assert frozenset("ŞşĞğçıİ") == TURKISH_LETTERS


def test_counted_twice_by_another_and_on_the_air() -> None:
    rules = Rules(modes=(Mode.SINGLE,))
    assert count("ş" * 77, rules).parts == 1
    assert count("ş" * 78, rules).parts == 2


def test_the_operators_code_takes_its_room() -> None:
    rules = Rules(reserve_units=5)
    for parts, limit in enumerate((155, 301, 454, 607), 1):
        assert count("a" * limit, rules).parts == parts
        assert count("a" * limit, rules).left == 0
        assert count("a" * (limit + 1), rules).parts == parts + 1


def test_the_texts_of_the_notes() -> None:
    letters = "Çok değerli müşterimiz, ışıltılı kış indirimi başladı! "
    turkish = (letters * 6)[:280]
    costs = {one.mode: one.parts for one in compare(turkish, ALL)}
    assert costs[Mode.LOCKING] == 2
    assert costs[Mode.SINGLE] == 3
    assert costs[Mode.UCS2] == 5
    assert count(turkish, Rules(fold=Fold.GSM)).parts == 2
    azeri = ("Hörmətli müştəri, " * 10)[:127]
    assert count(azeri, Rules(fold=Fold.SIGNS)).mode is Mode.UCS2
    assert count(azeri, Rules(fold=Fold.SIGNS)).parts == 2
    assert count(azeri, Rules(fold=Fold.FOREIGN)).parts == 1


def test_an_editor_is_told_what_is_left_and_what_is_lost() -> None:
    found = count("Salam 😀 dünya ə😀", Rules(modes=(Mode.GSM, Mode.SINGLE), fold=Fold.FOREIGN))
    assert found.unsendable == ("😀",)
    found = count("şş", Rules())
    assert (found.mode, found.parts, found.units, found.left) == (Mode.SINGLE, 1, 4, 151)
    assert (count("", Rules()).parts, count("", Rules()).left) == (0, 160)
    assert count("\ud83d", Rules()).unsendable == ("\ud83d",)


def test_a_text_that_folding_cannot_save_is_not_folded() -> None:
    found = count("“Şəkər” 😀 …", Rules(fold=Fold.GSM))
    assert (found.mode, found.text) == (Mode.UCS2, "“Şəkər” 😀 …")
    assert count("“Şəkər” …", Rules(fold=Fold.GSM)).text == '"Seker" ...'


def test_one_is_not_shown_in_a_log() -> None:
    assert "Ayşe" not in repr(count("Sayın Ayşe", Rules()))


def test_the_preferred_mode_wins_among_equals() -> None:
    for first in (Mode.SINGLE, Mode.LOCKING, Mode.UCS2):
        modes = (first, *(mode for mode in Mode if mode is not first))
        assert count("İyi günler, ağaç", Rules(modes=modes)).mode is first
    assert count("ş" * 100, Rules(modes=tuple(Mode))).mode is Mode.LOCKING


@pytest.mark.parametrize("reserve", [-1, 41])
def test_rules_that_make_no_sense(reserve: int) -> None:
    with pytest.raises(ValueError, match="room of 0 to 40"):
        Rules(reserve_units=reserve)
    with pytest.raises(ValueError, match="need a mode"):
        Rules(modes=())


@given(st.text(max_size=400), st.sampled_from(list(Fold)), st.integers(0, 40))
def test_what_is_chosen_is_never_dearer_than_another(text: str, how: Fold, reserve: int) -> None:
    rules = Rules(modes=tuple(Mode), fold=how, reserve_units=reserve)
    found = count(text, rules)
    assert not found.unsendable
    for one in compare(text, rules):
        assert one.unsendable or one.parts >= found.parts


@given(st.text(st.sampled_from("abcşğı€😀ə"), max_size=600), st.sampled_from(list(Mode)))
def test_parts_are_no_more_than_cutting_between_pairs_costs(text: str, mode: Mode) -> None:
    rules = Rules(modes=(mode,), fold=Fold.NONE)
    found = measure(text, mode, rules)
    limit = size(mode)
    assert found.parts >= math.ceil(found.units / max(limit))
    assert found.parts <= math.ceil(found.units / (limit.each - 1))
    assert 0 <= found.left <= limit.single
