"""`setup_database`: roles, rights and extensions, on the embedded server or a managed one."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from psycopg2 import OperationalError

from crm.embedded.lifetime import ensure_postgres
from crm.embedded.postgres import postgres_dsn
from crm.embedded.setup_database import let_login_take_roles, set_up_server
from crm.env import parse_database_url

_KEYWORDS = {
    "HOST": "host",
    "PORT": "port",
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
}


class Command(BaseCommand):
    """Idempotent; run once by an administrator of the database server, and after upgrades."""

    help = "Make the database roles, rights and extensions."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which server, and who signs in there later."""
        parser.add_argument(
            "--admin-url",
            default=os.environ.get("YIHU_ADMIN_DATABASE_URL", ""),
            help="postgres:// URL of an administrator; default: the embedded server",
        )
        parser.add_argument("--login", help="a user that may take the roles, as in DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up the database the URL names."""
        dsn = self._dsn(options["admin_url"])
        try:
            set_up_server(dsn)
            if options["login"]:
                let_login_take_roles(dsn, options["login"])
        except OperationalError as error:
            raise CommandError(
                _("The database server cannot be reached: {reason}").format(reason=error)
            ) from error
        self.stderr.write(_("Roles, rights and extensions are in place."))

    def _dsn(self, url: str) -> dict[str, Any]:
        if not url and os.environ.get("DATABASE_URL"):
            raise CommandError(
                _("DATABASE_URL is set: name an administrator of that server in --admin-url.")
            )
        if not url:
            ensure_postgres()
            return postgres_dsn()
        parts = parse_database_url(url)
        return {name: parts[key] for key, name in _KEYWORDS.items() if parts[key]}
