"""`script/manage api_key create | list | revoke`: keys from the command line."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from api.models import ApiKey, Scope
from api.services.keys import create_key, revoke_key
from core.context import acting
from core.errors import RefusedError
from organization.models import OrgUnit


class Command(BaseCommand):
    """A key is printed once, when it is made."""

    help = "Makes, lists and revokes keys of systems that call the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create", help="make a key of the system NAME and print it once")
        create.add_argument("name")
        create.add_argument("--scopes", required=True, help=", ".join(Scope.values))
        create.add_argument("--unit", default="", help="code of the unit whose customers it sees")
        create.add_argument("--per-minute", type=int, default=ApiKey.PER_MINUTE)
        create.add_argument("--days", type=int, help="valid for so many days")
        acts.add_parser("list", help="all keys")
        revoke = acts.add_parser("revoke", help="the key opens nothing from now on")
        revoke.add_argument("prefix", help="the ten letters after yihu_")

    def handle(self, *, act: str, **options: Any) -> None:
        """Do it; CommandError for what is refused."""
        with acting(actor="command:api_key"):
            try:
                getattr(self, f"_{act}")(**options)
            except RefusedError as error:
                raise CommandError(str(error)) from error

    def _create(self, *, name: str, scopes: str, unit: str, **options: Any) -> None:
        days, per_minute = options["days"], options["per_minute"]
        home = OrgUnit.objects.by_code(unit)
        if unit and home is None:
            raise CommandError(_("there is no unit “{code}”").format(code=unit))
        if per_minute < 1 or (days is not None and days < 1):
            raise CommandError(_("Calls a minute and days are whole numbers from 1."))
        until = None if days is None else timezone.now() + dt.timedelta(days=days)
        chosen = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        _key, text = create_key(
            name, scopes=chosen, unit=home, per_minute=per_minute, expires_at=until
        )
        self.stdout.write(text)

    def _list(self, **_options: Any) -> None:
        now = timezone.now()
        for key in ApiKey.objects.select_related("user__org_unit").order_by("user__name", "pk"):
            used = "-" if key.last_used_at is None else f"{key.last_used_at:%Y-%m-%d %H:%M}"
            state = "good" if key.is_good(now) else "closed"
            unit = key.user.org_unit.code if key.user.org_unit else "-"
            scopes = ",".join(key.scopes)
            self.stdout.write(f"{key.prefix} {key.user.name} {unit} {state} {used} {scopes}")

    def _revoke(self, *, prefix: str, **_options: Any) -> None:
        key = ApiKey.objects.filter(prefix=prefix).first()
        if key is None:
            raise CommandError(_("There is no key “{prefix}”.").format(prefix=prefix))
        revoke_key(key)
