"""The session engine: Django's, in a table that also says whose session it is and since when."""

from typing import Any, cast

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import DatabaseError, IntegrityError, transaction

from organization.models import Session

_SAVED_AGAIN = ["session_data", "expire_date", "user"]


class SessionStore(db.SessionStore):
    """A stored session; `row` is what was read from the table, None before or without."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]  # the stubs lack it
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to save."""
        row = cast("Session", super().create_model_instance(data))
        row.user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        return row

    def save(self, must_create: bool = False) -> None:
        """As Django saves, but the start, last use and device of a row already there stay."""
        if self.session_key is None:
            self.create()
            return
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]  # the stubs lack it
        try:
            with transaction.atomic():
                if must_create:
                    row.save(force_insert=True)
                    self.row = row
                else:
                    row.save(force_update=True, update_fields=_SAVED_AGAIN)
        except IntegrityError:
            if must_create:
                raise CreateError from None
            raise
        except DatabaseError:
            if must_create:
                raise
            raise UpdateError from None
