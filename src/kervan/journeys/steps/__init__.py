"""The step kinds there are: adding one is a file beside this one and a line here."""

from kervan.journeys.steps.exit import Exit
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.journeys.steps.step import Step
from kervan.journeys.steps.wait import Wait

KINDS: dict[str, type[Step]] = {one.kind: one for one in (Wait, Send, SendEmail, Exit)}
