"""Says what a commercial message must contain by the law of a place, and whether it will."""

import re
from collections.abc import Callable

from kervan.consent import packs
from kervan.content.company import Company
from kervan.content.compile import EmailSource
from kervan.content.texts import kinds
from kervan.content.texts.compile import TextSource
from kervan.kernel.errors import KervanError

_FACT = "content.required"
# The author may have written the number himself: sixteen digits, however they are grouped.
_MERSIS = re.compile(r"(?<![0-9])(?:[0-9][ .-]?){15}[0-9](?![0-9])")


Message = EmailSource | TextSource


def _has_mersis(message: Message | None, company: Company) -> bool:
    return bool(company.mersis) or (message is not None and _writes_mersis(message))


def _writes_mersis(message: Message) -> bool:
    if isinstance(message, EmailSource):
        return any(_MERSIS.search(one) for one in (message.mjml, message.text))
    end = kinds.channel(message.channel).end
    written = [fields.get(end, "") for fields in message.texts.values()]
    return bool(written) and all(_MERSIS.search(one) for one in written)


# What each demand of a pack asks for, and which facts of the company answer it. The way to refuse
# stands in every marketing mail: as a header, and as a link that `compile` adds where it lacks.
_ANSWERS: dict[str, tuple[str, Callable[[Message | None, Company], bool]]] = {
    "sender_name": ("--title", lambda _, company: bool(company.title)),
    "mersis": ("--mersis", _has_mersis),
    "contact": ("--address/--email/--phone", lambda _, company: company.reachable),
    "refusal": ("", lambda *_: True),
}


def demands(law: str) -> list[str]:
    """What the pack `law` wants every commercial message to say.

    Of a place without a pack it is what all packs agree on.
    """
    named = packs.pack(law)
    if named is not None:
        return list(named.value(_FACT, []))
    every = [one.value(_FACT, []) for one in packs.packs().values()]
    return [one for one in every[0] if all(one in other for other in every)] if every else []


def lacking(company: Company, law: str, message: Message | None = None) -> list[str]:
    """The words of `kervan company set` that would give a message of `company` what `law` wants."""
    return unmet(demands(law), company, message)


def unmet(wanted: list[str], company: Company, message: Message | None = None) -> list[str]:
    """Like `lacking`, for the demands `wanted`; one that nobody here knows names itself."""
    missing = []
    for demand in wanted:
        how, answered = _ANSWERS.get(demand, (demand, lambda *_: False))
        if not answered(message, company):
            missing.append(how)
    return missing


def check(message: Message, company: Company, law: str) -> None:
    """Let `message` pass when it will say all that `law` demands of a commercial one.

    What Kervan writes itself (`imprint`, the ways out) counts. Channels whose own program says who
    speaks and lets people refuse (push, a call) are asked for nothing. Raises
    content.required_missing (422) with what to set; a demand that nobody here knows how to meet
    is missing too.
    """
    if message.purpose != "marketing":
        return
    if isinstance(message, TextSource) and not kinds.channel(message.channel).end:
        return
    missing = lacking(company, law, message)
    if missing:
        brand = f' --brand "{message.brand}"' if message.brand else ""
        how = " ".join(f"{one.split('/')[0]} …" for one in missing)
        raise KervanError(
            "content.required_missing",
            status=422,
            law=law or "–",
            missing=", ".join(missing),
            how=f"kervan company set{brand} {how}",
        )
