"""Days on which work is other than the week says."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A holiday, or a weekend day that is worked; it goes before what the product knows itself."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(
        _("is worked"), default=False, help_text=_("On for a weekend day that is worked instead.")
    )
    name = models.CharField(_("occasion"), max_length=100)
    is_official = models.BooleanField(
        _("official"),
        default=True,
        help_text=_(
            "From the State Council's notice: with its first official day the year no longer"
            " counts as provisional, so enter all of them. Off for a day of our own."
        ),
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("work calendar")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
