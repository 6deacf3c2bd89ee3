"""Says what a commercial message must contain by the law of a place, and whether it will."""

import re
from collections.abc import Callable

from kervan.consent import packs
from kervan.content.company import Company
from kervan.content.compile import EmailSource
from kervan.kernel.errors import KervanError

_FACT = "content.required"
# The author may have written the number himself: sixteen digits, however they are grouped.
_MERSIS = re.compile(r"(?<![0-9])(?:[0-9][ .-]?){15}[0-9](?![0-9])")


def _has_mersis(mail: EmailSource | None, company: Company) -> bool:
    written = (mail.mjml, mail.text) if mail else ()
    return bool(company.mersis) or any(_MERSIS.search(one) for one in written)


# What each demand of a pack asks for, and which facts of the company answer it. The way to refuse
# stands in every marketing mail: as a header, and as a link that `compile` adds where it lacks.
_ANSWERS: dict[str, tuple[str, Callable[[EmailSource | None, Company], bool]]] = {
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


def lacking(company: Company, law: str, mail: EmailSource | None = None) -> list[str]:
    """The words of `kervan company set` that would give a message of `company` what `law` wants."""
    return unmet(demands(law), company, mail)


def unmet(wanted: list[str], company: Company, mail: EmailSource | None = None) -> list[str]:
    """Like `lacking`, for the demands `wanted`; one that nobody here knows names itself."""
    missing = []
    for demand in wanted:
        how, answered = _ANSWERS.get(demand, (demand, lambda *_: False))
        if not answered(mail, company):
            missing.append(how)
    return missing


def check(mail: EmailSource, company: Company, law: str) -> None:
    """Let `mail` pass when it will say all that `law` demands of a commercial one.

    What Kervan writes itself (`imprint`, the ways out) counts. Raises content.required_missing
    (422) with what to set; a demand that nobody here knows how to meet is missing too.
    """
    if mail.purpose != "marketing":
        return
    missing = lacking(company, law, mail)
    if missing:
        brand = f' --brand "{mail.brand}"' if mail.brand else ""
        how = " ".join(f"{one.split('/')[0]} …" for one in missing)
        raise KervanError(
            "content.required_missing",
            status=422,
            law=law or "–",
            missing=", ".join(missing),
            how=f"kervan company set{brand} {how}",
        )
