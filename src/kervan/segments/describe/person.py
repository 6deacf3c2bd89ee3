"""Says the conditions that ask about the person herself."""

from kervan.consent.packs import PURPOSES
from kervan.kernel import i18n
from kervan.segments import tree
from kervan.segments.describe.asked import asked
from kervan.segments.describe.names import Names, called
from kervan.segments.describe.write import figure, quote, say
from kervan.segments.facts import FACTS, SCORE
from kervan.segments.rfm.score import GROUPS
from kervan.segments.rfm.stages import LEVELS, STAGES

WORDS = {
    "rfm_group": ("rfm", GROUPS),
    "life_cycle": ("life", STAGES),
    "engagement": ("engagement", LEVELS),
}
"""Facts whose values have names in `words.toml`: how these begin, and the values."""


def trait(one: tree.Trait, locale: str) -> str:
    """Whose “city” is “Ankara”."""
    subject = say("trait", locale, trait=quote(one.trait))
    return say("whose", locale, subject=subject, test=asked(one.test, locale))


def fact(one: tree.Fact, locale: str) -> str:
    """Whose language is “tr”."""
    if one.fact in FACTS:
        subject = say(f"fact_{one.fact}", locale)
    elif one.fact.startswith(SCORE):
        subject = say("fact_score", locale, score=quote(one.fact.removeprefix(SCORE)))
    else:
        subject = say("fact_other", locale, fact=quote(one.fact))

    def called(value: str) -> str:
        key, values = WORDS.get(one.fact, ("", ()))
        return i18n.say(f"segments.{key}_{value}", locale) if value in values else quote(value)

    wanted = asked(one.test, locale, called=called, is_day=one.fact == "birthday")
    return say("whose", locale, subject=subject, test=wanted)


def reach(one: tree.Reach, locale: str) -> str:
    """Who can be reached by e-mail."""
    if one.state == "reachable":
        return say("reachable", locale, by=say(f"by_{one.channel}", locale))
    return say(one.state, locale, address=say(f"address_{one.channel}", locale))


def consent(one: tree.Consent, locale: str, names: Names) -> str:
    """Who agreed to marketing by e-mail."""
    known = one.purpose in PURPOSES
    purpose = say(f"purpose_{one.purpose}", locale) if known else quote(one.purpose)
    topic = brand = ""
    if one.topic:
        topic = say("about_topic", locale, topic=called(one.topic, names.topics))
    if one.brand:
        brand = say("of_brand", locale, brand=called(one.brand, names.brands))
    by = say(f"by_{one.channel}", locale)
    return say(f"consent_{one.state}", locale, by=by, purpose=purpose, topic=topic, brand=brand)


def journey(one: tree.Journey, locale: str, names: Names) -> str:
    """Who is in the journey “Welcome” now."""
    return say(f"journey_{one.state}", locale, journey=called(one.journey, names.journeys))


def member(one: tree.Member, locale: str, names: Names) -> str:
    """Who is in the segment “Best customers”."""
    return say("member", locale, segment=called(one.segment, names.segments))


def share(one: tree.Share, locale: str) -> str:
    """Who is drawn at random: from 0 % to 10 %."""
    draw = say("draw", locale, salt=quote(one.salt)) if one.salt else ""
    start, end = figure(one.start, locale), figure(one.end, locale)
    return say("share", locale, start=start, end=end, draw=draw)
