#!/usr/bin/env python
"""Django's command line, each command under the database role it needs (crm/roles.py)."""

import os
import signal
import sys

from django.core.management import execute_from_command_line

from crm.roles import role_for_command


def main() -> None:
    """Run one management command; asked to end, it leaves tidily, stopping unused servers."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    os.environ.setdefault("YIHU_DB_ROLE", role_for_command(*(sys.argv[1:3] or [""])))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
