"""Texts of policies: what is wrong is said with its place, all of it, in three languages."""

import pytest

from kervan.delivery.policy import read
from kervan.delivery.policy.definition import Cap, Gap, Policy, Quiet, canonical, decode
from kervan.kernel.shaped import NotValid

GOOD = {
    "name": "Dükkân",
    "caps": [
        {"name": "two a day", "most": 2, "per": "day"},
        {"name": "sms", "most": 1, "per": "week", "window": "rolling", "channels": ["sms"],
         "blocked": "next", "passes_from_priority": 8},
    ],
    "gaps": [{"name": "apart", "minutes": 120, "blocked": "hold"}],
    "quiet": [{"name": "night", "from": "22:00", "until": "09:00", "channels": ["sms", "push"]},
              {"name": "feasts", "holidays": "TR", "days": []}],
}  # fmt: skip


def test_a_text_is_its_policy_and_back() -> None:
    policy = read.read(GOOD)
    assert policy == Policy(
        name="Dükkân",
        caps=(
            Cap(name="two a day", most=2, per="day"),
            Cap(
                name="sms", most=1, per="week", window="rolling", channels=("sms",),
                blocked="next", passes_from_priority=8,
            ),
        ),
        gaps=(Gap(name="apart", minutes=120, blocked="hold"),),
        quiet=(
            Quiet(name="night", from_="22:00", until="09:00", channels=("sms", "push")),
            Quiet(name="feasts", holidays="TR"),
        ),
    )  # fmt: skip
    assert decode(canonical(policy)) == policy
    assert policy.paces
    assert not read.read({}).paces


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ([], "", "no_mapping"),
        ({"cap": []}, "", "unknown_field"),
        ({"caps": 3}, "/caps", "unfit"),
        ({"caps": [{"name": "a", "per": "day"}]}, "/caps/0", "missing"),
        ({"caps": [{"name": "a", "per": "day", "most": True}]}, "/caps/0/most", "unfit"),
        ({"caps": [{"name": "a", "per": "day", "most": -1}]}, "/caps/0/most", "unfit"),
        ({"caps": [{"name": "a", "per": "year", "most": 1}]}, "/caps/0/per", "unfit"),
        ({"gaps": [{"name": "a", "minutes": 1, "channels": ["fax"]}]}, "/gaps/0/channels/0",
         "unfit"),
        ({"gaps": [{"name": "a", "minutes": 1}], "quiet": [{"name": "a", "holidays": "TR"}]},
         "/quiet/0/name", "name_twice"),
        ({"quiet": [{"name": "a", "from": "9:00", "until": "10:00"}]}, "/quiet/0/from", "unfit"),
        ({"quiet": [{"name": "a", "from": "24:00", "until": "10:00"}]}, "/quiet/0/from", "unfit"),
        ({"quiet": [{"name": "a", "from": "09:00"}]}, "/quiet/0", "no_hours"),
        ({"quiet": [{"name": "a", "holidays": "XX"}]}, "/quiet/0/holidays", "no_holidays"),
        ({"quiet": [{"name": "a", "from": "09:00", "until": "09:00"}]}, "/quiet/0",
         "always_quiet"),
        ({"quiet": [{"name": "a", "from": "09:00", "until": "22:00"},
                    {"name": "b", "from": "22:00", "until": "09:00", "channels": ["sms"]}]},
         "/quiet/1", "always_quiet"),
        ({"zones_when_unknown": ["Mars/Base"]}, "/zones_when_unknown/0", "unknown_zone"),
        ({"zones_when_unknown": []}, "/zones_when_unknown", "unfit"),
        ({"key": "other"}, "/key", "unfit"),
        ({"skips": ["urgent"]}, "/skips/0", "unfit"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(text: object, path: str, code: str) -> None:
    with pytest.raises(NotValid) as caught:
        read.read(text)
    [problem] = caught.value.problems
    assert (problem.path, problem.code) == (path, f"delivery.policy_{code}")
    said = {problem.say(locale) for locale in ("tr", "az", "en")}
    assert len(said) == 3
    assert not any("{" in one.replace("{…}", "") or "delivery." in one for one in said)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(NotValid) as caught:
        read.read({"caps": [{"name": "a"}, {"name": "", "most": 1, "per": "day"}], "wait": 1})
    assert len(caught.value.problems) == 3
    assert "/caps/1/name" in caught.value.say("tr")
