"""The daily digest: one a person and day."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organization.models.people import User


class Digest(models.Model):
    """That a person's digest of a day was made, and what became of its e-mail; not what it said.

    The row is there before the e-mail goes: who is killed between sends none a second time.
    """

    class State(models.TextChoices):
        """What became of it."""

        NOTHING = "nothing", pgettext_lazy("digest", "Nothing to say")
        SENDING = "sending", pgettext_lazy("e-mail", "Given to the mail server")
        SENT = "sent", pgettext_lazy("e-mail", "Sent")
        FAILED = "failed", pgettext_lazy("e-mail", "Failed")

    user = models.ForeignKey(User, models.CASCADE, related_name="digests", verbose_name=_("user"))
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENDING)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("daily digest")
        verbose_name_plural = _("daily digests")
        constraints = [models.UniqueConstraint(name="digest_once", fields=["user", "day"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
