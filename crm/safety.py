"""What production refuses beyond what settings can see: an almighty login, known passwords."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from crm.roles import APP
from workspace.demo.loading import loaded

_RIGHTS = """
    SELECT bool_or(rolsuper), bool_or(rolbypassrls) FILTER (WHERE rolname = current_user)
    FROM pg_roles WHERE rolname IN (current_user, session_user)
"""


def refuse_almighty_database_login() -> None:
    """In production, raise when the database login is a superuser or pages would see all rows."""
    if not settings.PRODUCTION:
        return
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS)
        superuser, sees_all_rows = cursor.fetchone()
    if superuser:
        raise ImproperlyConfigured(
            "DATABASE_URL signs in as a superuser: name a login without that right"
            " (script/manage setup_database --login makes one ready)."
        )
    if settings.DB_ROLE == APP and sees_all_rows:
        raise ImproperlyConfigured(f"The database role {APP} has BYPASSRLS: take it away.")


def refuse_demonstration() -> None:
    """In production, raise when the demonstration is loaded: everybody knows its passwords."""
    if not settings.PRODUCTION:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('workspace_demonstration') IS NOT NULL")
        is_migrated = cursor.fetchone() == (True,)
    if is_migrated and loaded():
        raise ImproperlyConfigured(
            "The demonstration company is loaded, and its passwords are known to everybody:"
            " take it away with script/manage demo remove."
        )
