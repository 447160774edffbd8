"""Print the one-time path where the first administrator sets a password."""

from typing import Any

from django.core.management.base import BaseCommand

from core.context import acting
from organization.services import first_administrator, invitation_path


class Command(BaseCommand):
    """Nothing is printed when an administrator can already sign in."""

    help = "Print a one-time path to set the first administrator's password, if there is none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Find or make the administrator, print the path."""
        with acting(actor="command:admin_link"):
            user = first_administrator()
        if user is not None:
            self.stdout.write(invitation_path(user))
