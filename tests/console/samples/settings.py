"""What the settings list: sources of the stories, users of two roles, a key, an account."""

from tests.story.running import Kervan


def prepare(kervan: Kervan) -> dict[str, str]:
    """Fill the lists; every tab has an address of its own."""
    for email, roles in (("irem@ornek.test", ["owner"]), ("əli@ornek.test", ["agent", "analyst"])):
        kervan.api("POST", "/v1/users", {"email": email, "name": "İrem Çağlı", "roles": roles})
    kervan.api("POST", "/v1/keys", {"name": "Kasa", "scopes": ["people.read"], "days": 30})
    return {}
