"""Texts that the tests of this folder share."""

from kervan.content.company import Company
from kervan.content.texts.compile import CompiledText, compile_text
from kervan.content.texts.render import RenderedText, render_text
from tests.unit.content.mails import LINKS

Scene = dict[str, object]


def compiled(channel: str, fields: dict[str, str], **changes: object) -> CompiledText:
    """A message in English only."""
    return compile_text({
        "channel": channel, "texts": {"en": fields}, "purpose": "transactional",
        "link_hosts": ["shop.example"], **changes,
    })  # fmt: skip


def rendered(
    channel: str, fields: dict[str, str], scene: Scene | None = None, **changes: object
) -> RenderedText:
    """Like `compiled`, and rendered."""
    return render_text(compiled(channel, fields, **changes), scene or {}, LINKS)


def sms(text: str, scene: Scene | None = None, **changes: object) -> str:
    """What an SMS says."""
    return rendered("sms", {"text": text}, scene, **changes).fields["text"]


def marketing(channel: str, text: str, company: Company, language: str = "tr") -> str:
    """The text of a marketing message, as it is sent by `company`."""
    source = {"channel": channel, "texts": {language: {"text": text}}, "purpose": "marketing"}
    return render_text(compile_text(source), {}, LINKS, company).fields["text"]
