"""What somebody is to do for a customer, and by when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models import Customer
from engagement.models.notes import Note
from engagement.querysets import TaskQuerySet


class Task(models.Model):
    """One thing to do, once: open until it is done or dropped for a reason.

    The earliest open one that seeks the customer (TOUCHES) is the customer's next follow-up:
    a trigger keeps `Customer.next_follow_up_on` (migration 0010).
    """

    class Kind(models.TextChoices):
        """What is to be done."""

        FOLLOW_UP = "follow_up", pgettext_lazy("kind of a task", "Follow-up")
        CALL = "call", pgettext_lazy("kind of a task", "Call")
        VISIT = "visit", pgettext_lazy("kind of a task", "Visit")
        TODO = "todo", pgettext_lazy("kind of a task", "To do")

    class State(models.TextChoices):
        """Whether anybody still has to do it."""

        OPEN = "open", pgettext_lazy("task", "Open")
        DONE = "done", pgettext_lazy("task", "Done")
        DROPPED = "dropped", pgettext_lazy("task", "Dropped")

    TOUCHES = (Kind.FOLLOW_UP, Kind.CALL, Kind.VISIT)

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="tasks", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FOLLOW_UP)
    title = models.CharField(_("what is to be done"), max_length=200, blank=True)
    due_on = models.DateField(_("due on"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="tasks",
        verbose_name=pgettext_lazy("of a task", "who"),
    )
    created_by = models.ForeignKey(  # nobody: the night
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    from_note = models.ForeignKey(
        Note,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed in"),
    )
    # Money x lateness x tier, by which queues are sorted; the night keeps it.
    urgency = models.BigIntegerField(_("urgency"), default=0, db_default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    result = models.CharField(_("result or reason"), max_length=500, blank=True)
    done_with = models.ForeignKey(
        Note,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done with"),
    )

    field_classes = field_classes(
        internal="id customer kind title due_on assignee created_by created_at from_note urgency"
        " state closed_at closed_by result done_with"
    )

    objects = TaskQuerySet["Task"].as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(
                name="task_closed_has_moment",
                condition=Q(state="open", closed_at=None)
                | ~Q(state="open") & Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="task_dropped_has_reason", condition=~Q(state="dropped", result="")
            ),
        ]
        indexes = [
            models.Index(
                name="task_open_person",
                fields=["assignee", "due_on", "id"],
                condition=Q(state="open"),
            ),
            models.Index(name="task_open_due", fields=["due_on", "id"], condition=Q(state="open")),
            models.Index(
                name="task_open_customer",
                fields=["customer", "due_on"],
                condition=Q(state="open"),
            ),
            models.Index(name="task_queue", fields=["-urgency", "-id"], condition=Q(state="open")),
            models.Index("customer", F("closed_at").desc(), name="task_customer_closed"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())
