"""How many files hang on one head, by manager, as of a night."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Version
from engagement.querysets import FileRiskQuerySet
from organization.models import OrgUnit


class FileRisk(models.Model):
    """What one manager's customers of one unit come to; written by the night only.

    Which customer counts where: `engagement.rules.risks`.
    """

    pk = models.CompositePrimaryKey("version_id", "org_unit_id", "account_manager_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="+", db_constraint=False
    )
    org_unit = models.ForeignKey(OrgUnit, models.DO_NOTHING, related_name="+", db_constraint=False)
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_constraint=False
    )
    customers = models.BigIntegerField(_("customers"))
    alone = models.BigIntegerField(_("known to one of us only"))
    one_contact = models.BigIntegerField(_("no second contact"))
    unvisited = models.BigIntegerField(_("no visit"))
    all_three = models.BigIntegerField(_("all three"))

    objects = FileRiskQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "engagement_filerisk"
        verbose_name = _("files at risk")
        verbose_name_plural = _("files at risk")

    def __str__(self) -> str:
        return f"{self.account_manager_id} v{self.version_id}: {self.all_three}"
