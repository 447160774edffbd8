"""What the database records by itself: the history of every row, and the versions of nightly results."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import VersionQuerySet


class History(models.Model):
    """One change of one row, written by the row triggers of migration 0001; nobody else may write."""

    class Operation(models.TextChoices):
        """What happened to the row."""

        INSERT = "I", _("created")
        UPDATE = "U", _("changed")
        DELETE = "D", _("deleted")

    at = models.DateTimeField(_("when"))
    table_name = models.TextField()
    row_id = models.TextField()
    customer_id = models.BigIntegerField(null=True)
    operation = models.CharField(max_length=1, choices=Operation)
    changes = models.JSONField()  # {field: [old, new]}
    actor = models.TextField(_("who"))
    actor_id = models.BigIntegerField(null=True)
    request_id = models.TextField()

    class Meta:
        managed = False
        db_table = "core_history"
        verbose_name = _("change")
        verbose_name_plural = _("history")


class Version(models.Model):
    """One night's results. They lie in partitions of the versioned tables and are read only once published."""

    class Status(models.TextChoices):
        """From nobody reads it to nobody reads it any more."""

        BUILDING = "building", _("being computed")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")
        FAILED = "failed", _("failed")

    business_date = models.DateField(_("business date"))
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.BUILDING
    )
    is_current = models.BooleanField(_("current"), default=False)
    is_replay = models.BooleanField(_("replay"), default=False)
    rule_version = models.IntegerField(_("rule version"), null=True)
    cutoff = models.DateTimeField(_("data as of"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("nightly version")
        verbose_name_plural = _("nightly versions")
        constraints = [
            models.UniqueConstraint(
                name="version_one_current",
                fields=["is_current"],
                condition=models.Q(is_current=True),
            ),
            models.UniqueConstraint(
                name="version_one_published_per_date",
                fields=["business_date"],
                condition=models.Q(status="published"),
            ),
            models.CheckConstraint(
                name="version_current_is_published",
                condition=models.Q(is_current=False) | models.Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} v{self.pk}"


class VersionedTable(models.Model):
    """A table partitioned by version, and the indexes a finished partition gets."""

    name = models.TextField(primary_key=True)
    indexes = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("versioned table")
        verbose_name_plural = _("versioned tables")

    def __str__(self) -> str:
        return self.name
