"""Tells a comparison in words: figures side by side, and who would get something else."""

from kervan.journeys.rehearse.compare import Comparison, Figure
from kervan.journeys.rehearse.tell import gate_words, number, reason, sayer, story, table


def tell(both: Comparison, locale: str) -> str:
    """The whole comparison as text."""
    say = sayer(locale)

    def n(value: int, *, signed: bool = False) -> str:
        return ("+" if signed and value > 0 else "") + number(value, locale)

    this, other = both.this, both.other
    lines = [
        say("compared", journey=this.journey, other=other.journey, begin=this.from_, end=this.to)
    ]
    heads = (say("figure"), say("of"), say("this"), say("other"), say("difference"))
    rows = [
        (say(f"figure_{one.name}"), _of(one, locale), n(one.this), n(one.other),
         n(one.difference, signed=True))
        for one in both.figures
    ]  # fmt: skip
    lines += table(say("figures"), heads, rows)
    lines += table(
        say("costs", currency=this.currency or other.currency),
        (say("channel"), say("this"), say("other"), say("difference")),
        [(one.channel, one.this, one.other, one.difference) for one in both.costs],
    )
    found = [(say(f"kind_{one.kind}"), n(one.people)) for one in both.differences]
    found.append((say("kind_same"), n(both.same)))
    title = say("differences", people=n(both.people))
    lines += table(title, (say("kind"), say("people")), found)
    for one in both.differences:
        for pair in one.sample[:1]:
            lines += ["", say("pair", kind=say(f"kind_{one.kind}"), number=pair.person)]
            for name, told in (("this", pair.this), ("other", pair.other)):
                lines += [f"  {say(name)}:", *(f"  {line}" for line in story(told, locale))]
    caveats = dict.fromkeys([*this.caveats, *other.caveats])
    lines += ["", say("caveats"), *(f"  - {say(f'caveat_{one}')}" for one in caveats)]
    return "\n".join(lines)


def _of(one: Figure, locale: str) -> str:
    if one.name == "exit":
        return reason(one.of, locale)
    return one.of if one.name == "sent" else gate_words(one.of, locale)
