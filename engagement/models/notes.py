"""What was said or seen with customers, and with whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models import Contact, Customer
from customers.querysets import CustomerScopedQuerySet
from engagement.querysets import NoteQuerySet


class Note(models.Model):
    """Something said or seen, with the author and the moment that were written down with it.

    Of a talk written down later, the moment is that of the talk; the history has the other one.
    """

    class Kind(models.TextChoices):
        """What a note written here is about; imported ones keep the word they came with."""

        NOTE = "note", pgettext_lazy("kind of a note", "Note")
        CALL = "call", pgettext_lazy("kind of a note", "Call")
        WECHAT = "wechat", pgettext_lazy("kind of a note", "WeChat")
        VISIT = "visit", pgettext_lazy("kind of a note", "Visit")
        EMAIL = "email", pgettext_lazy("kind of a note", "E-mail")
        MEETING = "meeting", pgettext_lazy("kind of a note", "Meeting")
        HOTLINE = "hotline", pgettext_lazy("kind of a note", "Hotline")
        COUNTER = "counter", pgettext_lazy("kind of a note", "Counter")
        EVENT = "event", pgettext_lazy("kind of a note", "Event")
        REMINDER = "reminder", pgettext_lazy("kind of a note", "Payment reminder")

    class Direction(models.TextChoices):
        """Who sought the other."""

        OUT = "out", pgettext_lazy("direction of a talk", "We to them")
        IN = "in", pgettext_lazy("direction of a talk", "They to us")

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached", pgettext_lazy("outcome of a talk", "Spoken")
        AGREED = "agreed", pgettext_lazy("outcome of a talk", "Agreed")
        DECLINED = "declined", pgettext_lazy("outcome of a talk", "Declined")
        NO_ANSWER = "no_answer", pgettext_lazy("outcome of a talk", "Not reached")

    note_no = models.CharField(_("note number"), max_length=100, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="engagement_notes", verbose_name=_("customer")
    )
    author = models.CharField(_("author"), max_length=100, blank=True)  # a name, perhaps no user's
    written_at = models.DateTimeField(_("written"))
    kind = models.CharField(_("kind"), max_length=100, blank=True)
    direction = models.CharField(
        _("direction"), max_length=5, choices=Direction, blank=True, default="", db_default=""
    )
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, blank=True, default="", db_default=""
    )
    text = models.TextField(_("text"))

    field_classes = field_classes(
        internal="id note_no customer author written_at kind direction outcome text"
    )

    objects = NoteQuerySet["Note"].as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-written_at", "note_no"]
        indexes = [models.Index(name="note_customer_latest", fields=["customer", "-written_at"])]

    def __str__(self) -> str:
        return self.note_no

    @property
    def kind_label(self) -> str:
        """The kind as people read it; a word of another system as it is."""
        return str(dict(self.Kind.choices).get(self.kind, self.kind))


class Participant(models.Model):
    """Somebody of the customer's people who was part of a talk."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    note = models.ForeignKey(
        Note, models.CASCADE, related_name="participants", verbose_name=_("note")
    )
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="talks", verbose_name=_("contact")
    )

    field_classes = field_classes(internal="id customer note contact")

    objects = CustomerScopedQuerySet["Participant"].as_manager()

    class Meta:
        verbose_name = _("participant of a talk")
        verbose_name_plural = _("participants of talks")
        constraints = [
            models.UniqueConstraint(name="participant_once_a_talk", fields=["note", "contact"]),
        ]

    def __str__(self) -> str:
        return f"{self.contact} · {self.note}"
