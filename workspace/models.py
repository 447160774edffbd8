"""What the pages that join several apps keep for themselves."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspace.querysets import UploadQuerySet


class Demonstration(models.Model):
    """The demonstration company in this database: from what it was made, and which rows it made.

    One row at most. After a removal it stays, so that the next start does not load it again.
    """

    seed = models.BigIntegerField(_("seed"))
    scale = models.FloatField(_("scale"))
    edition = models.PositiveSmallIntegerField(_("edition"))  # of the code that made it
    first_day = models.DateField(_("first day"))  # the last day that the first load made
    filled_until = models.DateField(_("filled until"))
    nights_until = models.DateField(_("nights until"), null=True)  # None: not one was computed
    unit_ids = ArrayField(models.BigIntegerField(), default=list)
    user_ids = ArrayField(models.BigIntegerField(), default=list)
    customer_ids = ArrayField(models.BigIntegerField(), default=list)
    survey_ids = ArrayField(models.BigIntegerField(), default=list)
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("demonstration")
        verbose_name_plural = _("demonstrations")
        constraints = [
            models.CheckConstraint(name="demonstration_only_one", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} ({self.seed})"


class Upload(models.Model):
    """One table that somebody uploaded, and what became of it. Its rows lie in files beside.

    The row is the truth: a worker is told its id, and finds it by itself when the message is lost.
    """

    class State(models.TextChoices):
        """Where it stands. While a worker is at it, `started_at` says since when."""

        UPLOADED = "uploaded", _("columns to confirm")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("to be confirmed")
        TAKING = "taking", _("being imported")
        DONE = "done", _("imported")
        REFUSED = "refused", _("not readable")
        BROKEN = "broken", _("broken off")
        DISCARDED = "discarded", _("discarded")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    BUSY = (State.CHECKING, State.TAKING, State.UNDOING)
    UNFINISHED = (State.UPLOADED, State.CHECKED, *BUSY)
    RESTARTABLE = (State.UPLOADED, State.CHECKED, State.REFUSED, State.BROKEN)
    STOPPABLE = (*RESTARTABLE, State.CHECKING, State.TAKING)

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # names the folder
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="uploads",
        verbose_name=_("uploaded by"),
    )
    kind = models.CharField(_("kind of table"), max_length=40)
    name = models.CharField(_("file name"), max_length=200)
    size = models.BigIntegerField(_("bytes"))
    form = models.CharField(_("file format"), max_length=20)
    language = models.CharField(_("language"), max_length=10)
    header = models.JSONField(_("header"))  # as the file spells it
    columns = models.JSONField(_("columns"))  # names of ours in the file's order, null: left out
    skips_bad_rows = models.BooleanField(_("good rows only"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.UPLOADED)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    message = models.TextField(_("message"), blank=True)
    lines = models.BigIntegerField(_("lines"), null=True)  # at most so many rows; None: unknown
    rows = models.BigIntegerField(_("rows"), null=True)
    created = models.BigIntegerField(_("rows created"), null=True)
    updated = models.BigIntegerField(_("rows updated"), null=True)
    unchanged = models.BigIntegerField(_("rows unchanged"), null=True)
    rejected = models.BigIntegerField(_("rows rejected"), null=True)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    files_removed_at = models.DateTimeField(_("files removed"), null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes = [
            models.Index(fields=["user", "-id"], name="upload_of_user"),
            models.Index(
                fields=["id"],
                name="upload_busy",
                condition=Q(state__in=["checking", "taking", "undoing"]),
            ),
            models.Index(
                fields=["uploaded_at"], name="upload_files", condition=Q(files_removed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it or will be."""
        return self.state in self.BUSY

    @property
    def is_stoppable(self) -> bool:
        """Whether it can be discarded: nothing of it was written."""
        return self.state in self.STOPPABLE

    @property
    def is_restartable(self) -> bool:
        """Whether it can be checked (again): nothing of it was written, and the file is there."""
        return self.state in self.RESTARTABLE and self.files_removed_at is None


class ColumnMapping(models.Model):
    """How somebody read the columns of such a file the last time."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    kind = models.CharField(_("kind of table"), max_length=40)
    signature = models.CharField(_("signature"), max_length=64)  # of the header
    columns = models.JSONField(_("columns"))
    used_at = models.DateTimeField(_("last used"), auto_now=True)

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [
            models.UniqueConstraint(
                name="columnmapping_once", fields=["user", "kind", "signature"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"


class SavedView(models.Model):
    """A way one person looks at the customer list: filters and order under a name."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_views",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=1000, blank=True)  # of a URL, sorted by name
    pinned = models.BooleanField(_("in the side bar"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="savedview_name_of_user", fields=["user", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """Which columns of the customer list one person wants, in which order."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="list_columns",
        verbose_name=_("user"),
    )
    columns = ArrayField(models.CharField(max_length=30), verbose_name=_("columns"))

    class Meta:
        verbose_name = _("columns of the list")
        verbose_name_plural = _("columns of the lists")

    def __str__(self) -> str:
        return ", ".join(self.columns)
