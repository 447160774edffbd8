"""Takes a person's second factor away: for the administrator whom nobody else can help."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.context import acting
from organization.models import SecurityEvent, User
from organization.services.events import note_event
from organization.services.second_factor import take_away
from organization.services.sessions import end_other_sessions


class Command(BaseCommand):
    """The factor and its recovery codes go, the sessions end; it is written down."""

    help = "Takes a person's second factor away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *, username: str, **_options: object) -> None:
        """Do it; CommandError when there is no such person or no factor."""
        with acting(actor="command:second_factor_off"):
            user = User.objects.filter(username=username).first()
            if user is None:
                raise CommandError(_("There is no user named {name}.").format(name=username))
            if not take_away(user):
                raise CommandError(_("{name} has no second factor.").format(name=username))
            end_other_sessions(user, kept=None)
            note_event(None, SecurityEvent.Kind.SECOND_FACTOR_REMOVED, user)
