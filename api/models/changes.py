"""What dispatch knows about customers and has become different: one row a change."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from api.querysets import ChangeQuerySet
from core.fields import field_classes
from customers.models import Customer
from organization.models import OrgUnit


class Change(models.Model):
    """Written by triggers in the transaction of the change itself, only ever added (decision 32).

    `position` orders the feed; it is given after the commit, so that no reader's cursor can pass
    a row that becomes visible later. `unit_before` is set when the customer moved to another unit.
    """

    customer = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("customer"),
    )
    code = models.CharField(_("code"), max_length=100)
    fields = ArrayField(models.CharField(max_length=30), verbose_name=_("what changed"))
    unit_before = models.ForeignKey(
        OrgUnit,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("unit before"),
    )
    at = models.DateTimeField(_("when"))
    position = models.BigIntegerField(_("position"), null=True, unique=True)

    field_classes = field_classes(
        public="code", internal="id customer fields unit_before at position"
    )

    objects = ChangeQuerySet["Change"].as_manager()

    class Meta:
        verbose_name = _("change for dispatch")
        verbose_name_plural = _("changes for dispatch")
        indexes = [
            models.Index(
                name="change_without_position", fields=["id"], condition=models.Q(position=None)
            ),
            models.Index(name="change_at", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {', '.join(self.fields)}"
