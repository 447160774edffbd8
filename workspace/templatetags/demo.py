"""The people of the demonstration on the sign-in page."""

from django import template

from organization.models import User
from workspace.demo.persons import offered

register = template.Library()


@register.simple_tag
def demo_persons() -> list[tuple[User, object]]:
    """Whom one may sign in as with one click, and who they are; empty without a demonstration."""
    return offered()
