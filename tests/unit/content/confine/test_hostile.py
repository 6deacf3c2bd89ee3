"""The scenes a template is tried out on are as large as one may be, and not larger."""

from kervan.content.confine import hostile
from kervan.content.context import MAX_TOTAL_CHARS
from kervan.content.parse import parse
from kervan.content.wants import wants


def test_a_list_that_is_only_counted_is_no_larger_than_others() -> None:
    """Else `{{ basket.lines | length }}` was put into quarantine for what it was tried out on."""
    tree = wants(parse("{{ basket.lines | length }} {% if a %}{{ a }}{% endif %}", "text"))
    for scene in hostile.scenes(tree):
        assert len(str(scene)) < 3 * MAX_TOTAL_CHARS
