"""script/manage demo ACTION: the demonstration company, loaded, carried on, removed."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from workspace.demo import loading, removal
from workspace.demo.persons import PASSWORD, offered
from workspace.demo.seasons import DAY
from workspace.demo.world import World

SEED, SCALE = 2026, 1.0


class Command(BaseCommand):
    """`load` and `remove` are for people, the others for `script/server`."""

    help = "Load, carry on or remove the demonstration company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the actions and their options."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        load = actions.add_parser("load", help="make the company, with two years of past")
        load.add_argument("--seed", type=int, default=SEED, help="another one: another company")
        load.add_argument(
            "--as-of",
            type=dt.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="last day of the past (default: yesterday)",
        )
        load.add_argument("--scale", type=float, default=SCALE, help="1 = 2,000 customers")
        actions.add_parser("remove", help="take away everything it made")
        actions.add_parser("fill", help="add the days until yesterday")
        actions.add_parser("start", help="load into a new database, finish what was broken off")
        actions.add_parser("logins", help="print who may sign in")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; exit status 1 with the reason when it is refused."""
        try:
            getattr(self, f"_{options['action']}")(options)
        except RefusedError as error:
            raise CommandError(str(error)) from error

    def _load(self, options: dict[str, Any]) -> None:
        if not 0 < options["scale"] <= 10:
            raise CommandError(_("The scale is a number above 0 and at most 10."))
        first_day = options["as_of"] or _yesterday()
        started = timezone.now()
        loading.load(World(options["seed"], first_day, options["scale"]), self._say)
        self._finish(started)

    def _remove(self, _options: dict[str, Any]) -> None:
        removal.remove(self._say)
        self._say(_("The demonstration is removed."))

    def _fill(self, _options: dict[str, Any]) -> None:
        loading.carry_on(_yesterday(), self._say)
        self._nights()

    def _start(self, _options: dict[str, Any]) -> None:
        started = timezone.now()
        if not settings.PRODUCTION and loading.is_untouched():
            self._say(_("The first start: loading the demonstration company ..."))
            loading.load(World(SEED, _yesterday(), SCALE), self._say, only_if_new=True)
        if (demo := loading.loaded()) and demo.nights_until is None:
            self._finish(started)

    def _logins(self, _options: dict[str, Any]) -> None:
        for user, who in offered():
            self.stdout.write(f"  {user.username:<10} {PASSWORD}  {user.name} · {who}")

    def _finish(self, started: dt.datetime) -> None:
        self._nights()
        seconds = (timezone.now() - started).total_seconds()
        self._say(_("The demonstration is loaded (%(seconds).0f s).") % {"seconds": seconds})

    def _nights(self) -> None:
        for day, is_replay in loading.missing_nights():
            self._say(_("The night of %(day)s ...") % {"day": day})
            call_command(
                "nightly", as_of=day, replay=is_replay, accept_moves=True, stdout=_Silence()
            )
            loading.note_nights(day)
        if demo := loading.loaded():  # nights may have been computed by the clock meanwhile
            loading.note_nights(demo.filled_until)

    def _say(self, message: str) -> None:
        self.stderr.write(message)
        self.stderr.flush()


class _Silence:
    """Takes the lines of a command whose report nobody reads."""

    def write(self, _text: str) -> None:
        """Nothing."""

    def flush(self) -> None:
        """Nothing."""


def _yesterday() -> dt.date:
    return timezone.localdate() - DAY
