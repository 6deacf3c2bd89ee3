"""Shows a message as one person would get it, in every channel, without sending anything."""

from dataclasses import dataclass, field
from typing import NamedTuple

from kervan.content import company, samples
from kervan.content.company import Company
from kervan.content.compile import EmailSource, compile_email
from kervan.content.compiled import Compiled
from kervan.content.confine import trial
from kervan.content.messages.definition import EMAIL, Definition, Source
from kervan.content.texts.compile import compile_text
from kervan.kernel.errors import KervanError
from kervan.kernel.gsm import Count, Mode, Rules, compare
from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person

_SMS = "sms"
_EVERY_MODE = Rules(modes=tuple(Mode))


class Reader(NamedTuple):
    """Whom a preview is for: what templates see, as compose.scene gives it, and where we live.

    `language` is the workspace's, `person` her number, 0 where the preview is for nobody.
    """

    scene: dict[str, object]
    public_url: str
    language: str
    person: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """One channel's message: its fields (an e-mail's are subject, html and text), or why not.

    `links` are where its tracked links lead, in their order. `costs` say of an SMS how many parts
    it has in each way of writing that a phone network knows; senders choose among them.
    """

    channel: str
    language: str
    fields: dict[str, str] = field(default_factory=dict, repr=False)
    links: list[str] = field(default_factory=list)
    error: KervanError | None = None
    costs: list[Count] = field(default_factory=list, repr=False)


def seen(person: Person) -> dict[str, object]:
    """What templates see of somebody under `person`."""
    return {
        **person.traits,
        "first_name": person.first_name or None,
        "locale": person.locale or None,
        "email": person.email,
    }


def preview(
    conn: Connection, message: Definition, found: dict[tuple[str, str], Source], reader: Reader
) -> list[Shown]:
    """The message in every channel it has, as `reader` would get it now.

    `found` are its sources (check.examine). A variant that fails for her says so in `error`; the
    others are shown all the same.
    """
    speaker = company.of(company.every(conn), message.brand)
    reader = reader._replace(scene=reader.scene | samples.of(conn, found.values(), reader.person))
    shown = []
    for channel in message.variants:
        language = _language(message, channel, reader) if channel == EMAIL else ""
        source = found[channel, language]
        if isinstance(source, EmailSource):
            compiled: Compiled = compile_email(source)
        else:
            compiled = compile_text(source)
        shown.append(_shown(compiled, channel, language, reader, speaker))
    return shown


def _language(message: Definition, channel: str, reader: Reader) -> str:
    """The language of an e-mail, as store.Version.template chooses it."""
    written = message.variants[channel]
    person = reader.scene.get("person")
    locale = str(person.get("locale") or "") if isinstance(person, dict) else ""
    wanted = [locale[:2].lower(), message.language, *written]
    return next(one for one in wanted if one in written)


def _shown(
    compiled: Compiled, channel: str, language: str, reader: Reader, speaker: Company
) -> Shown:
    scene, url = reader.scene, reader.public_url
    try:
        answer = trial.render(compiled, scene, url, speaker, reader.language)
    except KervanError as error:
        return Shown(channel, language, error=error)
    leads = [*compiled.static_links, *answer.dynamic_links]
    costs = compare(answer.fields["text"], _EVERY_MODE) if channel == _SMS else []
    return Shown(channel, answer.language or language, answer.fields, leads, costs=costs)
