"""Letters that ask for overdue money: their templates, and what was written to whom."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from contracts.rules.letters import check_text
from core.fields import field_classes
from core.rules import RuleError
from customers.models import Contact, Customer
from customers.querysets import CustomerScopedQuerySet


def only_known_places(text: str) -> None:
    """ValidationError that says which name in braces stands for nothing."""
    try:
        check_text(text)
    except RuleError as error:
        raise ValidationError(gettext(error.message) % error.params) from error


LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]


class LetterStage(models.TextChoices):
    """The values of rules.letters.Stage."""

    REMINDER = "reminder", pgettext_lazy("letter", "Friendly reminder")
    DEMAND = "demand", pgettext_lazy("letter", "Demand for payment")
    FINAL = "final", pgettext_lazy("letter", "Last demand")


class LetterTemplate(models.Model):
    """What a letter of a stage says in a language; overdue lines stand between the two texts."""

    stage = models.CharField(_("stage"), max_length=10, choices=LetterStage)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200, validators=[only_known_places])
    opening = models.TextField(_("before the lines"), validators=[only_known_places])
    closing = models.TextField(_("after the lines"), validators=[only_known_places])

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="lettertemplate_once", fields=["stage", "language"])
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, {self.get_language_display()}"


class Letter(models.Model):
    """What was written to a customer about one currency, as it was written.

    `lines` are the overdue lines of that day: line_no, due_on, days, amount and interest, which is
    a memo. No address is kept: an e-mail goes to what `contact` says when it is sent.
    """

    class Channel(models.TextChoices):
        """How it goes."""

        PRINT = "print", pgettext_lazy("letter", "On paper")
        EMAIL = "email", pgettext_lazy("letter", "By e-mail")

    class MailState(models.TextChoices):
        """How far the e-mail is. Who is killed while sending leaves it there: never sent twice.

        FAILED: the mail server did not take it; WITHHELD: its addressee may not be mailed any more.
        """

        NONE = "", "—"
        WAITING = "waiting", pgettext_lazy("e-mail", "Waiting")
        SENDING = "sending", pgettext_lazy("e-mail", "Given to the mail server")
        SENT = "sent", pgettext_lazy("e-mail", "Sent")
        FAILED = "failed", pgettext_lazy("e-mail", "Failed")
        WITHHELD = "withheld", pgettext_lazy("e-mail", "Withheld: may not be written to")

    batch = models.UUIDField(_("written together"), default=uuid.uuid4)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="letters", verbose_name=_("customer")
    )
    stage = models.CharField(_("stage"), max_length=10, choices=LetterStage)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("overdue"), max_digits=18, decimal_places=2)
    interest = models.DecimalField(_("interest (memo)"), max_digits=18, decimal_places=2)
    lines = models.JSONField(_("lines"))
    subject = models.CharField(_("subject"), max_length=500)
    opening = models.TextField(_("before the lines"))
    closing = models.TextField(_("after the lines"))
    channel = models.CharField(_("goes"), max_length=10, choices=Channel, default=Channel.PRINT)
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("addressee"),
    )
    mail_state = models.CharField(
        _("e-mail"), max_length=10, choices=MailState, blank=True, default=MailState.NONE
    )
    written_on = models.DateField(_("written on"))
    written_at = models.DateTimeField(_("written"), db_default=Now())
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )

    field_classes = field_classes(
        internal="id batch customer stage language currency amount interest lines subject opening"
        " closing channel contact mail_state written_on written_at written_by"
    )

    objects = CustomerScopedQuerySet["Letter"].as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-written_on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="letter_once", fields=["batch", "customer", "currency"]),
            models.CheckConstraint(name="letter_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="letter_mail_has_state",
                condition=Q(channel="email") & ~Q(mail_state="")
                | Q(channel="print", mail_state=""),
            ),
        ]
        indexes = [
            models.Index(name="letter_of_customer", fields=["customer", "-written_on"]),
            models.Index(name="letter_to_mail", fields=["id"], condition=Q(mail_state="waiting")),
        ]

    def __str__(self) -> str:
        return self.subject
