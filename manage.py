#!/usr/bin/env python
"""Django's command line, each command under the database role it needs (crm/roles.py)."""

import os
import signal
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from crm.roles import role_for_command, signs_in


def main() -> None:
    """Run one management command; asked to end, it leaves tidily, stopping unused servers."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    os.environ.setdefault("YIHU_DB_ROLE", role_for_command(*(sys.argv[1:3] or [""])))
    if signs_in(*(sys.argv[1:2] or [""])):
        _refuse_almighty_login()
    execute_from_command_line(sys.argv)


def _refuse_almighty_login() -> None:
    """In production a command does not run as a superuser of the database either."""
    django.setup()
    from crm.safety import refuse_almighty_database_login  # noqa: PLC0415  (needs Django set up)

    try:
        refuse_almighty_database_login()
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
