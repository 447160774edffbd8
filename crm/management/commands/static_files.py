"""`static_files`: what browsers load, named by content and compressed; `script/server` runs it."""

from typing import Any

from django.core.management.base import BaseCommand

from crm.static_files import collect


class Command(BaseCommand):
    """Idempotent, and done in a moment where nothing has changed."""

    help = "Collect and compress static files where a source has changed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill STATIC_ROOT."""
        self.stdout.write("collected" if collect() else "unchanged")
