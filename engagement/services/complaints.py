"""Complaints: taken in once, answered, solved. The customer is locked first, then the complaint."""

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import chain

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from customers.reports.policies import policy_on
from customers.services.locking import lock_customer
from engagement.models import Alert, Complaint, Task
from engagement.querysets import TaskQuerySet
from engagement.rules.complaints import STAGES, Promised, deadlines
from engagement.services.tasks import ask
from organization.models import Department, OrgUnit, User
from organization.reports import heads_above, work_calendar


class NumberTakenError(RefusedError):
    """The number is that of another complaint."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a complaint says; without a unit that of the customer answers for it."""

    complaint_no: str
    received_at: dt.datetime
    channel: str
    category: str
    text: str
    severity: str = Complaint.Severity.NORMAL
    source: str = ""
    waybill_no: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    claimed: Decimal | None = None
    currency: str = "CNY"
    unit: OrgUnit | None = None
    department: Department | None = None


@transaction.atomic
def take_complaint(
    customer: Customer, words: Words, *, actor: User | None
) -> tuple[Complaint, bool]:
    """The complaint, and whether it is new; its number with the same words again changes nothing.

    A new one is a task of whoever looks after the customer, due with the first answer.
    NumberTakenError when the number is that of another customer or of other words.
    """
    customer = lock_customer(customer)
    known = Complaint.objects.filter(source=words.source, complaint_no=words.complaint_no)
    complaint = known.select_related("unit", "department", "customer").first()
    if complaint is None:
        return _create(customer, words, actor), True
    if complaint.customer_id != customer.pk or not _says_the_same(complaint, words):
        raise _taken(words)
    return complaint, False


def _create(customer: Customer, words: Words, actor: User | None) -> Complaint:
    is_grave = words.severity == Complaint.Severity.HIGH
    policy = policy_on(customer, timezone.localdate(words.received_at))
    promised = Promised(policy.answer_hours, policy.solution_days)
    due = deadlines(words.received_at, promised, work_calendar(), is_grave=is_grave)
    said = {field.name: getattr(words, field.name) for field in fields(words)}
    complaint = Complaint(
        **{**said, "unit": words.unit or customer.org_unit},
        customer=customer,
        created_by=actor,
        answer_due_at=due.answer,
        solution_due_at=due.solution,
    )
    complaint.task = _task(complaint)
    try:
        with transaction.atomic():
            complaint.save()
    except IntegrityError as error:  # of a customer that is not seen here, or at the same moment
        raise _taken(words) from error
    return complaint


def _task(complaint: Complaint) -> Task | None:
    """For the account manager, else the nearest head; None where nobody is there."""
    customer = complaint.customer
    return ask(
        customer,
        chain([customer.account_manager], heads_above(customer.org_unit)),
        lambda: _("Complaint {number}: {category}").format(
            number=complaint.complaint_no, category=complaint.get_category_display()
        ),
        due_on=timezone.localdate(complaint.answer_due_at),
        kind=Task.Kind.CALL,
        actor=complaint.created_by,
    )


def _says_the_same(complaint: Complaint, words: Words) -> bool:
    """Whether nothing differs; without a unit any is right."""
    return all(
        getattr(complaint, field.name) == getattr(words, field.name)
        for field in fields(words)
        if field.name != "unit" or words.unit is not None
    )


def _taken(words: Words) -> NumberTakenError:
    return NumberTakenError(
        _("Number {number} is that of another complaint. Send this one under its own.").format(
            number=words.complaint_no
        )
    )


@transaction.atomic
def answer_complaint(complaint: Complaint, *, answer: str, at: dt.datetime, actor: User) -> None:
    """The first answer to the customer; what is left is the solution, the task goes on to its day.

    RefusedError when it is answered or solved already.
    """
    complaint = _to_change(complaint)
    if complaint.answered_at is not None:
        raise RefusedError(_("The first answer is on record already. Record the solution."))
    complaint.answer, complaint.answered_at, complaint.answered_by = answer, at, actor
    complaint.save(update_fields=["answer", "answered_at", "answered_by"])
    _open_task(complaint).update(due_on=timezone.localdate(complaint.solution_due_at))
    _close_alerts(complaint, STAGES[:1], at)


@transaction.atomic
def solve_complaint(
    complaint: Complaint, *, solution: str, verdict: str, at: dt.datetime, actor: User
) -> None:
    """It is solved, with the customer's verdict if there is one; its task is done.

    Solved at the first contact, the solution is the first answer too. RefusedError when it is
    solved already.
    """
    complaint = _to_change(complaint)
    if complaint.answered_at is None:
        complaint.answer, complaint.answered_at, complaint.answered_by = solution, at, actor
    complaint.solution, complaint.verdict = solution, verdict
    complaint.closed_at, complaint.closed_by = at, actor
    complaint.save(
        update_fields=[
            *("answer", "answered_at", "answered_by", "solution", "verdict"),
            *("closed_at", "closed_by"),
        ]
    )
    _open_task(complaint).update(state=Task.State.DONE, closed_at=at, closed_by=actor)
    _close_alerts(complaint, STAGES, at)


def _open_task(complaint: Complaint) -> TaskQuerySet[Task]:
    return Task.objects.open().filter(pk__in=[complaint.task_id])


def _to_change(complaint: Complaint) -> Complaint:
    lock_customer(complaint.customer)
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if complaint.closed_at is not None:
        raise RefusedError(_("This complaint is solved already."))
    return complaint


def _close_alerts(complaint: Complaint, stages: tuple[str, ...], at: dt.datetime) -> None:
    keys = [f"complaint_late:{complaint.pk}:{stage}" for stage in stages]
    Alert.objects.filter(key__in=keys).open().update(
        status=Alert.Status.CLOSED,
        closed_on=Greatest(F("opened_on"), Value(timezone.localdate(at))),
        closing_reason=Alert.ClosingReason.ANSWERED,
    )
