"""Says whether a story went as its test expects, and where and how it did not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kervan.journeys import duration
from kervan.journeys.definition import Definition
from kervan.journeys.tested.definition import REACTIONS, Case, Line, Then
from kervan.journeys.tested.facts import Happened, Her
from kervan.journeys.tested.play import Letter, Play, Told
from kervan.journeys.tested.read import Written, instant, next_instant
from kervan.kernel import i18n

_ENTERED, _LEFT = "Segment Entered", "Segment Left"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a line (from 1) expected and what was instead: a code of words.toml and its facts."""

    line: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def what(self, locale: str = "en") -> str:
        """The sentence without the line."""
        return i18n.say(f"journeys.tested_{self.code}", locale, **self.facts)


@dataclass(frozen=True, slots=True)
class Result:
    """One story: `line` is where it begins, `failures` is empty when it went as expected."""

    name: str
    line: int
    zone: str
    failures: tuple[Failure, ...]
    told: tuple[Told, ...]


def judge(written: Written, journey: Definition, letters: Mapping[str, Letter]) -> list[Result]:
    """Play every story; nothing is stored, and no clock but the story's own is asked.

    `letters` are the messages the journey sends, by key; one that is missing goes by the channels
    its step names, or by e-mail.
    """
    tests = written.tests
    return [
        _case(written, one, line, lines, journey, letters)
        for one, (line, lines) in zip(tests.cases, written.lines, strict=True)
    ]


def _case(
    written: Written, case: Case, line: int, lines: Sequence[int], journey: Definition,
    letters: Mapping[str, Letter],
) -> Result:  # fmt: skip
    tests = written.tests
    zone = case.person.zone or tests.person.zone or tests.zone
    start_ms = instant(case.start or tests.start, zone)
    assert start_ms is not None, "read asked for it"
    her = Her(zone, start_ms)
    her.become(tests.person)
    her.become(case.person)
    her.ways = case.ways
    for past in case.past:
        ago_ms = int(duration.parse(past.ago) or 0)
        her.events.append(Happened(start_ms - ago_ms, past.event, past.properties))
    telling = _Telling(Play(journey, letters, her, case.outcomes), journey)
    telling.steps_of(case, line)
    for one, at in zip(case.story, lines, strict=True):
        telling.line(one, at)
    return Result(case.name, line, her.zone, tuple(telling.failures), tuple(telling.play.told))


class _Telling:
    """Goes through one story line by line."""

    def __init__(self, play: Play, journey: Definition) -> None:
        self.play = play
        self.failures: list[Failure] = []
        self._keys = {node.key: node for node in journey.nodes}
        self._since = 0

    def steps_of(self, case: Case, line: int) -> None:
        """A step that the journey has not got is a mistake of the test."""
        for key in (*case.outcomes, *case.ways):
            self._known(key, line)

    def line(self, one: Line, at: int) -> None:
        """Play one line, or look at what it expects."""
        play = self.play
        if one.event is not None:
            play.happens(one.event, one.properties or {})
        elif one.triggered:
            play.triggers(one.properties or {})
        elif one.pass_ is not None:
            play.until(play.now_ms + int(duration.parse(one.pass_) or 0))
        elif one.until is not None:
            self._until(one.until, at)
        elif one.becomes is not None:
            play.her.become(one.becomes)
        elif one.joins is not None or one.leaves is not None:
            self._segment(one.joins or "", one.leaves or "")
        elif one.then is not None:
            self._then(one.then, at)
        else:
            self._reacts(one, at)

    def _fail(self, line: int, code: str, **facts: object) -> None:
        self.failures.append(Failure(line, code, facts))

    def _known(self, key: str, line: int) -> bool:
        if key not in self._keys:
            self._fail(line, "no_step", step=key, known=", ".join(self._keys))
        return key in self._keys

    def _until(self, said: str, line: int) -> None:
        play = self.play
        at_ms = next_instant(said, play.her.zone, play.now_ms)
        assert at_ms is not None, "read asked for it"
        if at_ms < play.now_ms:
            self._fail(line, "past", until=said)
        play.until(at_ms)

    def _segment(self, joined: str, left: str) -> None:
        segments = self.play.her.segments
        if joined and joined not in segments:
            segments.append(joined)
        if left in segments:
            segments.remove(left)
        self.play.happens(_ENTERED if joined else _LEFT, {"segment": joined or left})

    def _reacts(self, one: Line, line: int) -> None:
        for reaction in REACTIONS:
            step = getattr(one, reaction)
            if (
                step is not None
                and self._known(step, line)
                and not self.play.reacts(reaction, step)
            ):
                self._fail(line, "nothing_to_react", step=step)

    def _then(self, then: Then, line: int) -> None:
        told = self.play.told
        since, self._since = told[self._since :], len(told)
        if then.entered is not None:
            self._entered(then, since, line)
        self._messages(then, since, line)
        if then.stands is not None and self._known(then.stands, line):
            found = self.play.stands
            if found != then.stands:
                self._fail(
                    line, "stands" if found else "stands_out", wanted=then.stands, **self._where()
                )
        if then.left is not None:
            self._left(then.left, line)
        if then.goal is not None:
            reached = any(one.what == "goal" for one in told)
            if reached != then.goal:
                self._fail(line, "goal_missed" if then.goal else "goal_reached")
        for step, exit_ in (then.took or {}).items():
            self._took(step, exit_, told, line)
        for step in then.did or ():
            done = any(
                one.what in ("did", "message") and one.facts["step"] == step for one in since
            )
            if self._known(step, line) and not done:
                self._fail(line, "did_not", step=step, **self._where())

    def _where(self) -> dict[str, object]:
        left = [one for one in self.play.told if one.what == "left"]
        step = self.play.stands or (left[-1].facts["step"] if left else "–")
        return {"stands": step, "reason": _why(left[-1]) if left else "–"}

    def _entered(self, then: Then, since: Sequence[Told], line: int) -> None:
        entered = any(one.what == "entered" for one in since)
        reasons = [str(one.facts["reason"]) for one in since if one.what == "refused"]
        if then.entered and not entered:
            self._fail(line, "not_entered", reason=", ".join(reasons) or "–")
        elif then.entered is False and entered:
            self._fail(line, "has_entered")
        elif then.because is not None and then.because not in reasons:
            known = ", ".join(reasons) or "–"
            self._fail(line, "other_because", wanted=then.because, reason=known)

    def _messages(self, then: Then, since: Sequence[Told], line: int) -> None:
        tried = [one for one in since if one.what == "message"]
        got = [one for one in tried if one.facts["channel"]]
        if then.messages is not None:
            names = [_named(one, wanted) for one, wanted in _paired(got, then.messages)]
            if names != then.messages:
                wanted = ", ".join(then.messages) or "–"
                self._fail(line, "messages", wanted=wanted, found=_listed(tried))
        if then.message is None:
            return
        mine = [one for one in got if then.message in (one.facts["message"], one.facts["step"])]
        if then.by is not None:
            mine = [one for one in mine if one.facts["channel"] == then.by]
        if then.on is not None:
            zone = self.play.her.zone
            mine = [one for one in mine if next_instant(then.on, zone, one.at_ms) == one.at_ms]
        if not mine:
            wanted = " · ".join(one for one in (then.message, then.by, then.on) if one)
            self._fail(line, "message", wanted=wanted, found=_listed(tried))

    def _left(self, wanted: str, line: int) -> None:
        left = [one for one in self.play.told if one.what == "left"]
        if self.play.stands or not left:
            self._fail(line, "not_left", wanted=wanted, **self._where())
        elif wanted not in (left[-1].facts["reason"], left[-1].facts["state"]):
            self._fail(line, "left", wanted=wanted, **self._where())

    def _took(self, step: str, exit_: str, told: Sequence[Told], line: int) -> None:
        if not self._known(step, line):
            return
        ways = [
            one.facts["exit"] for one in told if one.what == "took" and one.facts["step"] == step
        ]
        if not ways:
            self._fail(line, "not_taken", step=step, wanted=exit_, **self._where())
        elif exit_ not in ways:
            self._fail(line, "taken", step=step, wanted=exit_, found=", ".join(ways))


def _why(one: Told) -> str:
    return str(one.facts["reason"] or one.facts["state"])


def _paired(got: Sequence[Told], wanted: Sequence[str]) -> list[tuple[Told, str]]:
    padded = [*wanted, *([""] * len(got))][: max(len(got), 0)]
    return list(zip(got, padded, strict=True))


def _named(one: Told, wanted: str) -> str:
    """The message by the word the test has for it: step or message, with its channel or without."""
    channel = one.facts["channel"]
    names = [one.facts["message"], one.facts["step"]]
    for name in (*names, *(f"{name} by {channel}" for name in names)):
        if name == wanted:
            return wanted
    return f"{one.facts['message']} by {channel}"


def _listed(messages: Sequence[Told]) -> str:
    """The messages there were, with those that no channel could carry."""
    found = [
        f"{one.facts['message']} by {one.facts['channel']}"
        if one.facts["channel"]
        else f"{one.facts['message']} ({one.facts['reason']})"
        for one in messages
    ]
    return ", ".join(found) or "–"
