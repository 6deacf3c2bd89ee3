"""Writes the texts of a decided message for a provider: its template, its person, its own links."""

from collections import OrderedDict

from kervan.content import company, contact_tokens, tokens, versions
from kervan.content.company import Company
from kervan.content.texts.compile import CompiledText
from kervan.content.texts.render import render_text
from kervan.delivery import books
from kervan.delivery.archive.frame import frame
from kervan.delivery.channels.channel import Outgoing
from kervan.delivery.compose import scene, workspace_number
from kervan.delivery.desk import Job
from kervan.delivery.lookups.load import Lookups
from kervan.delivery.states import MARKETING
from kervan.delivery.wary import Wary
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers

_KEPT_TEMPLATES = 200


class TextComposer:
    """The composer of one workspace for all channels but mail; templates stay compiled."""

    def __init__(self, vault: WorkspaceVault, public_url: str, language: str = "") -> None:
        """`language` is the workspace's, for readers whose own the message does not have."""
        self._vault = vault
        self._public_url = public_url
        self._language = language
        self._signing_key = tokens.key(vault)
        self._contact_key = contact_tokens.key(vault)
        self._workspace = 0
        self._companies: dict[str, Company] = {}
        self._templates: OrderedDict[int, CompiledText | KervanError] = OrderedDict()
        self._lookups = Lookups(vault)
        self._wary = Wary()

    def load(self, conn: Connection, jobs: list[Job]) -> None:
        """Fetch what `jobs` need and is not at hand; a template that is gone fails its messages."""
        if not self._workspace:
            self._workspace = workspace_number(conn)
        if jobs:
            self._companies = company.every(conn)
        for number in {job.claim.template_version for job in jobs}:
            if isinstance(self._templates.get(number), CompiledText):
                self._templates.move_to_end(number)
            else:
                self._templates[number] = _load(conn, number)
        while len(self._templates) > max(_KEPT_TEMPLATES, len(jobs)):
            self._templates.popitem(last=False)
        self._wary.load(conn)
        sound = {n: one for n, one in self._templates.items() if isinstance(one, CompiledText)}
        self._lookups.load(conn, jobs, sound)

    def write(self, job: Job) -> Outgoing:
        """The texts of `job`. Raises KervanError content.* and kernel.*"""
        claim = job.claim
        template = self._templates.get(claim.template_version)
        if template is None or isinstance(template, KervanError):
            raise template or KervanError(
                "content.template_version_unknown", status=404, id=claim.template_version
            )
        links = tokens.MessageLinks(
            self._signing_key,
            self._workspace,
            claim.subject.message,
            self._public_url,
            self._reached(job),
        )
        seen = scene(self._vault, job.person, claim.subject.message, claim.context) | job.looked_up
        speaker = company.of(self._companies, claim.brand)
        self._wary.check(job, template, seen)
        try:
            rendered = render_text(template, seen, links, speaker, self._language)
        except KervanError as error:
            raise self._lookups.withheld(job, error) from None
        self._lookups.written(job, (*rendered.fields.values(), *rendered.dynamic_links))
        job.links = books.links_of(rendered.dynamic_links)
        job.frame, job.fields = frame(template), rendered.fields
        return Outgoing(
            job,
            claim.subject.message,
            job.reached.address,
            rendered.fields,
            claim.message_class == MARKETING,
            rendered.language,
            claim.expires_at,
        )

    def _reached(self, job: Job) -> tokens.Reached | None:
        """Whose page of choices the message may lead to: there is one for mail and phones."""
        contact = job.reached.contact
        if contact and contact == job.person.phone_hash:
            return tokens.Reached(self._contact_key, identifiers.PHONE, contact, clock.now())
        if contact and contact == job.person.email_hash:
            return tokens.Reached(self._contact_key, identifiers.EMAIL, contact, clock.now())
        return None


def _load(conn: Connection, number: int) -> CompiledText | KervanError:
    try:
        return versions.load_tried(conn, number, CompiledText)
    except KervanError as error:
        return error
