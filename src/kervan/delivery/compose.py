"""Writes the mail of a decided message: its template, its person, its context, its own links."""

import uuid
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from kervan.content import choice, company, contact_tokens, tokens, versions
from kervan.content import render as content
from kervan.content.company import Company
from kervan.content.compile import CompiledEmail
from kervan.content.texts.compile import CompiledText
from kervan.content.texts.render import render_text
from kervan.delivery import books, outbox
from kervan.delivery.archive.frame import frame
from kervan.delivery.channels.channel import Outgoing
from kervan.delivery.channels.email import Email
from kervan.delivery.channels.smtp import Mail
from kervan.delivery.desk import Job
from kervan.delivery.lookups import keep
from kervan.delivery.lookups.load import Lookups
from kervan.delivery.states import AS_IT_IS, MARKETING
from kervan.delivery.wary import Wary
from kervan.kernel import clock, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles.read import Person

_SQL = sql.load(__package__, "read.sql")
_KEPT_TEMPLATES = 200
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class _Letters:
    """What both composers of mail know of one workspace; templates stay compiled."""

    def __init__(self, vault: WorkspaceVault, public_url: str) -> None:
        self._vault = vault
        self._public_url = public_url
        self._signing_key = tokens.key(vault)
        self._contact_key = contact_tokens.key(vault)
        self._workspace = 0
        self._companies: dict[str, Company] = {}
        self._templates: OrderedDict[int, CompiledEmail | KervanError] = OrderedDict()
        self._lookups = Lookups(vault)
        self._wary = Wary()

    def load(self, conn: Connection, jobs: list[Job]) -> None:
        """Fetch what `jobs` need and is not at hand; a template that is gone fails its messages."""
        if not self._workspace:
            self._workspace = workspace_number(conn)
        if jobs:
            self._companies = company.every(conn)
        for number in {job.claim.template_version for job in jobs}:
            if isinstance(self._templates.get(number), CompiledEmail):
                self._templates.move_to_end(number)
            else:
                self._templates[number] = _load(conn, number)
        while len(self._templates) > max(_KEPT_TEMPLATES, len(jobs)):
            self._templates.popitem(last=False)
        self._wary.load(conn)
        sound = {n: one for n, one in self._templates.items() if isinstance(one, CompiledEmail)}
        self._lookups.load(conn, jobs, sound)

    def rendered(self, job: Job, at: datetime) -> tuple[CompiledEmail, content.Rendered, str]:
        """The template, what it says to the person, and her way to unsubscribe ("" for none).

        Raises KervanError content.*, delivery.* and kernel.*
        """
        claim = job.claim
        template = self._templates.get(claim.template_version)
        if template is None or isinstance(template, KervanError):
            raise template or KervanError(
                "content.template_version_unknown", status=404, id=claim.template_version
            )
        subject = claim.subject
        links = tokens.MessageLinks(
            self._signing_key,
            self._workspace,
            subject.message,
            self._public_url,
            tokens.Reached(self._contact_key, identifiers.EMAIL, job.reached.contact, at),
        )
        seen = scene(self._vault, _reader(job), subject.message, claim.context) | job.looked_up
        speaker = company.of(self._companies, claim.brand)
        self._wary.check(job, template, seen)
        try:
            rendered = content.render(template, seen, links, speaker)
        except KervanError as error:
            raise self._lookups.withheld(job, error) from None
        said = (rendered.subject, rendered.html, rendered.text, *rendered.dynamic_links)
        self._lookups.written(job, said)
        job.links = books.links_of(rendered.dynamic_links)
        job.frame = frame(template)
        job.fields = {
            "from": f"{template.from_name} <{template.from_email}>".strip(),
            "subject": rendered.subject,
            "html": rendered.html,
            "text": rendered.text,
        }
        way_out = links.unsubscribe_url if claim.message_class == MARKETING else ""
        return template, rendered, way_out


class FieldsComposer(_Letters):
    """Mail for providers over HTTP, which put the letter together themselves."""

    def write(self, job: Job) -> Outgoing:
        """The fields of a letter (mail_http/letter.py). Raises what `rendered` raises."""
        template, rendered, way_out = self.rendered(job, clock.now())
        claim = job.claim
        author = f"{template.from_name} <{template.from_email}>".strip()
        fields = {
            "from": author if template.from_email else "",
            "reply_to": template.reply_to,
            "subject": rendered.subject,
            "html": rendered.html,
            "text": rendered.text,
            "unsubscribe_url": way_out,
        }
        return Outgoing(
            job,
            claim.subject.message,
            job.reached.address,
            fields,
            claim.message_class == MARKETING,
            template.language or job.person.locale,
            claim.expires_at,
        )


class EmailComposer(_Letters):
    """Mail for SMTP: whole letters, signed."""

    def __init__(self, email: Email, vault: WorkspaceVault, public_url: str) -> None:
        super().__init__(vault, public_url)
        self._email = email

    def write(self, job: Job) -> Mail:
        """The mail of `job`. Raises what `rendered` raises."""
        at = clock.now()
        template, rendered, way_out = self.rendered(job, at)
        claim = job.claim
        subject = claim.subject
        return self._email.write(
            job,
            subject.message,
            job.reached.address,
            rendered.subject,
            rendered.html,
            rendered.text,
            at,
            sender_name=template.from_name,
            sender_address=template.from_email,
            reply_to=template.reply_to,
            unsubscribe_url=way_out,
            feedback=(
                subject.step,
                f"{subject.journey}-{subject.version}",
                claim.message_class,
                "kervan",
            ),
        )


def _load(conn: Connection, number: int) -> CompiledEmail | KervanError:
    try:
        return versions.load_tried(conn, number, CompiledEmail)
    except KervanError as error:
        return error


def _reader(job: Job) -> Person:
    """The person with the address that the mail goes to, if that is another than her own."""
    if job.reached.address == job.person.email:
        return job.person
    return replace(job.person, email=job.reached.address, email_hash=job.reached.contact)


def scene(
    vault: WorkspaceVault, person: Person, message: uuid.UUID, sealed: bytes
) -> dict[str, object]:
    """What a template sees: the journey's context, and the person as she is known now."""
    context: dict[str, object] = (
        _decode(vault.open(person.key, sealed, outbox.context_place(message)))
        if sealed != outbox.NOTHING_OF_HERS
        else {}
    )
    if context.pop(AS_IT_IS, False):
        return context
    context["person"] = {
        **person.traits,
        "id": str(person.id),
        "first_name": person.first_name or None,
        "locale": person.locale or None,
        "email": person.email,
    }
    return context


def workspace_number(conn: Connection) -> int:
    """The number of the workspace this connection works in, as link tokens name it."""
    row = conn.execute(_SQL.workspace_number).fetchone()
    if row is None:
        raise KervanError("delivery.no_workspace", status=500)
    return int(row[0])


def again(
    conn: Connection,
    vault: WorkspaceVault,
    public_url: str,
    person: Person,
    message: uuid.UUID,
    sealed: bytes,
    template_version: int,
) -> content.Rendered:
    """A message as it was sent, made anew from what was kept; its end says who speaks today.

    Raises KervanError content.*
    """
    several = choice.load(conn, [template_version]).get(template_version)
    version = several.of(person.locale) if several else template_version
    template = versions.load_any(conn, [version])[version]
    reached = tokens.Reached(
        contact_tokens.key(vault), identifiers.EMAIL, person.email_hash, clock.now()
    )
    links = tokens.MessageLinks(
        tokens.key(vault), workspace_number(conn), message, public_url, reached
    )
    row = conn.execute(_SQL.brand_of, {"message": message}).fetchone()
    speaker = company.of(company.every(conn), row[0] if row else "")
    seen = scene(vault, person, message, sealed) | keep.kept(conn, vault, person, message)
    if isinstance(template, CompiledText):
        said = render_text(template, seen, links, speaker)
        return content.Rendered("", "", "\n".join(said.fields.values()), said.dynamic_links)
    return content.render(template, seen, links, speaker)
