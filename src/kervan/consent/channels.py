"""Which kind of address each channel needs, and the identifier that holds it."""

from kervan.profiles.identifiers import EMAIL, PHONE

KIND_OF = {
    "email": "email",
    "sms": "phone",
    "call": "phone",
    "whatsapp": "phone",
    "push": "push",
    "web_push": "push",
    "post": "postal",
    "telegram": "telegram",
    "instagram": "instagram",
    "ads": "email",
}
"""Channel -> kind of contact point."""

IDENTIFIER_OF = {"email": EMAIL, "phone": PHONE}
"""Kind of contact point -> kind of identifier (identifiers.py), where a profile has one."""
