"""Two files of one company made one: what was asked, what moved, and what was written over."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet, MergeQuerySet


class Merge(models.Model):
    """One file that went, or is going, into another; kept for ever, and can be undone.

    Codes stand beside the ids for the administrators, who see no customers.
    """

    class State(models.TextChoices):
        """Where it stands; a worker does what waits."""

        WAITING = "waiting", _("being merged")
        DONE = "done", _("merged")
        REFUSED = "refused", _("not merged")
        UNDOING = "undoing", _("being separated")
        UNDONE = "undone", _("separated again")

    BUSY = (State.WAITING, State.UNDOING)

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="merges", verbose_name=_("file that stays")
    )
    merged = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("file that goes")
    )
    kept_code = models.CharField(_("code that stays"), max_length=100)
    merged_code = models.CharField(_("code that goes"), max_length=100)
    taken = ArrayField(models.CharField(max_length=100), verbose_name=_("fields taken over"))
    # {table: {id: {column: [before, after]}}} of what was written over.
    changes = models.JSONField(_("written over"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    message = models.TextField(_("message"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("merged by")
    )
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    done_at = models.DateTimeField(_("merged at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("separated by"),
    )
    undone_at = models.DateTimeField(_("separated at"), null=True)

    field_classes = field_classes(
        internal="id customer merged kept_code merged_code taken changes state message asked_by"
        " asked_at done_at undone_by undone_at"
    )

    objects = MergeQuerySet["Merge"].as_manager()

    class Meta:
        verbose_name = _("merge of two files")
        verbose_name_plural = _("merges of files")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="merge_of_two_files", condition=~Q(customer=F("merged"))),
            models.UniqueConstraint(
                name="merge_once_at_a_time",
                fields=["merged"],
                condition=Q(state__in=["waiting", "done", "undoing"]),
            ),
        ]
        indexes = [
            models.Index(
                name="merge_busy", fields=["id"], condition=Q(state__in=["waiting", "undoing"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_code} → {self.kept_code}"

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it or will be."""
        return self.state in self.BUSY


class MergedRows(models.Model):
    """The rows of one table that a merge moved by one of its columns."""

    merge = models.ForeignKey(
        Merge, models.CASCADE, related_name="rows", verbose_name=_("merge of two files")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    place = models.CharField(
        _("table and column"), max_length=120
    )  # "customers_contact.customer_id"
    number = models.IntegerField(_("rows"))
    ids = ArrayField(models.TextField(), verbose_name=_("rows that moved"))
    last_id = models.BigIntegerField(_("last row before"), null=True)  # later ones were added since

    field_classes = field_classes(internal="id merge customer place number ids last_id")

    objects = CustomerScopedQuerySet["MergedRows"].as_manager()

    class Meta:
        verbose_name = _("moved rows")
        verbose_name_plural = _("moved rows")
        constraints = [
            models.UniqueConstraint(name="mergedrows_once", fields=["merge", "place"]),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.number}"
