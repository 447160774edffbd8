"""Which uploads."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from organization.models import User
    from workspace.models import Upload


class UploadQuerySet(models.QuerySet["Upload"]):
    """Tables that people uploaded."""

    def of(self, user: "User") -> Self:
        """One's own: only these can be opened."""
        return self.filter(user=user)

    def listed_for(self, user: "User") -> Self:
        """One's own; administrators see that the others' exist."""
        return self if user.is_administrator else self.of(user)

    def queued(self) -> Self:
        """A worker is to check or to take them, and none has begun."""
        return self.filter(state__in=self.model.BUSY, started_at=None).order_by("pk")

    def running(self) -> Self:
        """A worker has begun, and has not said how it ended."""
        return self.filter(state__in=self.model.BUSY, started_at__isnull=False).order_by("pk")

    def unfinished(self) -> Self:
        """Somebody still has to do something with them."""
        return self.filter(state__in=self.model.UNFINISHED, files_removed_at=None)

    def discarded_with_files(self) -> Self:
        """Nobody wants them any more, but their files still lie there."""
        return self.filter(state=self.model.State.DISCARDED, files_removed_at=None).order_by("pk")

    def kept_since(self, moment: dt.datetime) -> Self:
        """Not at work, with files on the disk, and uploaded before the moment."""
        return self.filter(files_removed_at=None, uploaded_at__lt=moment).exclude(
            state__in=self.model.BUSY
        )

    def move(self, upload: "Upload", state: str, **values: Any) -> bool:
        """Put one into another state; false when meanwhile it is not as `upload` says any more."""
        same = self.filter(pk=upload.pk, state=upload.state, attempt=upload.attempt)
        return same.update(state=state, **values) == 1
