"""The JSON Schema of a policy, as it is published in docs/reference."""

from kervan.delivery.policy.definition import Policy
from kervan.kernel import shaped


def schema_text() -> str:
    """The schema as it stands in `docs/reference/policy.schema.json`. What two fields have to do
    with each other only `read` says."""
    return shaped.schema(Policy, "Kervan policy", "Caps, gaps and quiet hours of a workspace.")
