"""What the database records by itself: row history, versions of nightly results, jobs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.exact_json import ExactDecoder
from core.querysets import JobRunQuerySet, VersionQuerySet


class History(models.Model):
    """One change of one row, written by row triggers (migration 0001) and nobody else."""

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
    changes = models.JSONField(decoder=ExactDecoder)  # {field: [old, new]}
    actor = models.TextField(_("who"))
    actor_id = models.BigIntegerField(null=True)
    request_id = models.TextField()

    class Meta:
        managed = False
        db_table = "core_history"
        verbose_name = _("change")
        verbose_name_plural = _("history")


class Version(models.Model):
    """One night's results, in partitions of the versioned tables; read once published."""

    class Status(models.TextChoices):
        """From nobody reads it to nobody reads it any more."""

        BUILDING = "building", _("being computed")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("removed")

    business_date = models.DateField(_("business date"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.BUILDING)
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


class JobRun(models.Model):
    """One job of one business date: the truth about what has run, whatever becomes of the queue."""

    class Status(models.TextChoices):
        """Where the run stands; one that was killed stays running until it is taken up again."""

        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    job = models.CharField(_("job"), max_length=40)
    business_date = models.DateField(_("business date"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RUNNING)
    is_replay = models.BooleanField(_("replay"), default=False)
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="runs", verbose_name=_("version")
    )
    fence = models.BigIntegerField(_("runner"), default=0)  # Fence.number of the last runner
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    error = models.TextField(_("error"), blank=True, default="")
    requested_at = models.DateTimeField(_("run again asked for"), null=True)
    requested_by = models.TextField(_("asked for by"), blank=True, default="")

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-business_date", "job"]
        constraints = [
            models.UniqueConstraint(name="jobrun_one_per_date", fields=["job", "business_date"]),
            models.CheckConstraint(
                name="jobrun_finished_unless_running",
                condition=models.Q(status="running") ^ models.Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.business_date}"


class JobStep(models.Model):
    """One step of a run for one version; a step that is done is not done again for that version."""

    class Status(models.TextChoices):
        """How the step ended."""

        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(JobRun, models.PROTECT, related_name="steps", verbose_name=_("job run"))
    version = models.ForeignKey(
        Version, models.PROTECT, related_name="steps", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("step"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    rows = models.BigIntegerField(_("rows"), default=0)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    error = models.TextField(_("error"), blank=True, default="")
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"))

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["run", "version", "position"]
        constraints = [
            models.UniqueConstraint(name="jobstep_once", fields=["version", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class Fence(models.Model):
    """One row a job: the number of its latest runner; one with a lower number must not write."""

    job = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("fence")
        verbose_name_plural = _("fences")

    def __str__(self) -> str:
        return f"{self.job} {self.number}"
