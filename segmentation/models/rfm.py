"""Where frequency and money of customers are cut (C7), frozen for a quarter."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class RfmCuts(models.Model):
    """The cuts of one quarter, made by its first night; only the night writes them."""

    quarter = models.DateField(_("quarter"), primary_key=True)  # its first day
    as_of = models.DateField(_("as of"))
    customers = models.IntegerField(_("active customers"))
    frequency = ArrayField(models.IntegerField(), verbose_name=_("active weeks"))
    money = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=2),
        verbose_name=_("revenue, 12 months"),
    )

    class Meta:
        verbose_name = _("RFM cuts")
        verbose_name_plural = _("RFM cuts")

    def __str__(self) -> str:
        return str(self.quarter)
