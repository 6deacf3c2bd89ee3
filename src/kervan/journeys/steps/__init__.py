"""The step kinds there are: adding one is a file beside this one, which `found` finds."""

from kervan.journeys.steps import found
from kervan.journeys.steps.step import Step

KINDS: dict[str, type[Step]] = found.kinds()
