"""What a customer's overview shows, card by card, each from its own few rows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contracts.models import Contract, PlanLine
from contracts.reports.terms import days_left, life_of
from core.formats import money_full
from customers.models import Contact, Customer
from customers.reports.chain import chain_gaps, with_colleagues
from customers.reports.people import dialled
from engagement.models import Alert, Task
from organization.models import User
from organization.permissions import Action, can
from surveys.rules.small_cells import TOO_FEW
from workspace.alert_words import FILE_VERBS, icon_of, readable, sentence
from workspace.file.chain import chain
from workspace.file.gaps import gaps
from workspace.file.people import gap_action
from workspace.file.rhythm import rhythm_facts
from workspace.file.satisfaction import rater_chart
from workspace.file.state import State
from workspace.file.trend import measures, trend
from workspace.header import Header
from workspace.history import Entry, latest_edits
from workspace.my_day.words import drop_told, due_words, payment_reason, score_reason
from workspace.profile import Fact, personal, profile
from workspace.prospects import card_of
from workspace.tasks.rows import task_rows

_GRAVEST_FIRST = (
    *(Alert.Kind.VOLUME_DROP, Alert.Kind.LOW_SCORE),
    *(Alert.Kind.COMPLAINT_LATE, Alert.Kind.CREDIT_REVIEW, Alert.Kind.PAYMENT_DUE),
    Alert.Kind.NETWORK,
)
STEPS, LINES, SETTLED, CONTRACTS, CHANGES, FACTS = 6, 5, 2, 4, 5, 8
_LOUD = {Alert.Severity.HIGH, Alert.Severity.CRITICAL}
_BY_LOUDNESS = Case(
    *(
        When(severity=severity, then=Value(place))
        for place, severity in enumerate(("critical", "high", "medium", "low"))
    ),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One verb, where it leads, and whether that opens in the drawer."""

    verb: str
    url: str
    in_drawer: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: why, by when, and the one thing to click."""

    alert: Alert
    icon: str
    reason: str
    due: str
    due_tone: str
    act: Act

    @property
    def is_loud(self) -> bool:
        """Whether it deserves red."""
        return self.alert.severity in _LOUD


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line of the collection plan as at a day."""

    line: PlanLine
    remainder: Decimal  # still to come; a bill has come when it matures
    days_late: int | None  # of what is open and past due

    @property
    def is_settled(self) -> bool:
        """Whether all of its money has come."""
        return not self.remainder


def overview(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """Everything the template shows, in at most fourteen queries whatever the customer has."""
    shown = measures(user)
    measure = next(iter(shown))
    money, rated = _money(user, customer, above.day), above.satisfaction
    open_now = {row.line.line_no: row.remainder for row in money.get("plan", ())}
    steps = next_steps(user, customer, timezone.localdate(), open_now)
    return {
        "steps": steps,
        "may_handle": can(user, Action.HANDLE_ALERT),
        **_work(user, customer),
        "callout": callout(steps, above),
        "measures": shown,
        "measure": measure,
        "trend": trend(customer, above.day, measure, shown[measure]),
        **rhythm_facts(user, customer, above),
        **_people(user, customer),
        "rater": rater_chart(rated) if rated.rated_by >= TOO_FEW else None,
        "facts": _first_facts(user, customer),
        **_file_state(user, customer, above.state),
        **money,
        **_changes(user, customer),
    }


def _work(user: User, customer: Customer) -> dict[str, Any]:
    """Open tasks, the next first; of a prospect how far winning it has come."""
    today = timezone.localdate()
    tasks = Task.objects.visible_to(user).open().filter(customer=customer)
    found = tasks.select_related("customer", "assignee").order_by("due_on", "pk")[:STEPS]
    work: dict[str, Any] = {
        "tasks": task_rows(found, user, today),
        "may_plan": can(user, Action.HANDLE_TASK),
    }
    if customer.status == Customer.Status.PROSPECT:
        work["prospect_stage"], work["prospect"] = card_of(user, customer, today)
    return work


def next_steps(
    user: User, customer: Customer, today: dt.date, open_now: Mapping[str, Decimal]
) -> list[Step]:
    """The alerts that wait: the loudest first, then what is due first.

    `open_now` has what is to come of lines by number; of others the alert's own amount is told.
    """
    alerts = Alert.objects.visible_to(user).filter(customer=customer).waiting(today)
    found = readable(alerts, user)
    loudest = found.order_by(_BY_LOUDNESS, F("due_on").asc(nulls_last=True), "pk")[:STEPS]
    return [_step(user, alert, today, open_now) for alert in loudest]


def _step(user: User, alert: Alert, today: dt.date, open_now: Mapping[str, Decimal]) -> Step:
    due, tone = due_words(alert.due_on, today)
    reason = sentence(alert)
    if alert.kind == Alert.Kind.PAYMENT_DUE and alert.amount is not None:
        amount = money_full(open_now.get(alert.subject, alert.amount), alert.currency)
        reason = f"{amount} · {payment_reason(alert, None)}"
    return Step(alert, icon_of(alert), reason, due, tone, _act(user, alert, today))


def _act(user: User, alert: Alert, today: dt.date) -> Act:
    page = reverse("customer", args=[alert.customer_id])
    if alert.kind == Alert.Kind.PAYMENT_DUE:
        return _collect(user, alert, today)
    if alert.kind in FILE_VERBS:
        section = reverse("customer_section", args=[alert.customer_id, "profile"])
        return Act(str(FILE_VERBS[alert.kind]), section)
    if alert.kind == Alert.Kind.COMPLAINT_LATE:
        section = reverse("customer_section", args=[alert.customer_id, "complaints"])
        return Act(pgettext("verb", "Answer"), section)
    if alert.kind == Alert.Kind.NETWORK:
        section = reverse("customer_section", args=[alert.customer_id, "network"])
        return Act(pgettext("a customer", "Protect"), section)
    if not can(user, Action.WRITE_NOTE):
        return Act(pgettext("verb", "Open"), page)
    return _answer(alert, page)


def _answer(alert: Alert, page: str) -> Act:
    """The verb for somebody who talks with the customer."""
    if alert.kind == Alert.Kind.CREDIT_REVIEW:
        return Act(_("Review"), reverse("credit_review", args=[alert.customer_id]), in_drawer=True)
    if alert.kind == Alert.Kind.EXPIRING:
        credit = reverse("customer_section", args=[alert.customer_id, "dossier"])
        return Act(pgettext("verb", "Open"), credit)
    if alert.kind == Alert.Kind.LOW_SCORE:
        return Act(_("Call back"), f"{page}?kind=call#composer")
    return Act(_("Win back"), f"{page}?kind=visit#composer")


def _collect(user: User, alert: Alert, today: dt.date) -> Act:
    """Book the money, write down that one asked for it, or look, as the role allows."""
    if can(user, Action.RECORD_RECEIPT):
        query = urlencode({"line": alert.subject})
        return Act(_("Record a receipt"), f"{reverse('receipt_new')}?{query}", in_drawer=True)
    if can(user, Action.WRITE_NOTE):
        is_late = alert.due_on is not None and alert.due_on < today
        verb = _("Chase") if is_late else _("Remind")
        return Act(verb, reverse("remind", args=[alert.customer_id]), in_drawer=True)
    lines = reverse("customer_section", args=[alert.customer_id, "receivables"])
    return Act(pgettext("verb", "Open"), lines)


@dataclass(frozen=True, slots=True)
class Callout:
    """The one thing that must be done now, and why it is so."""

    reason: str
    act: Act


def callout(steps: Sequence[Step], above: Header) -> Callout | None:
    """What the loud alerts have in common, with the verb of the gravest kind."""
    loud = [step for step in steps if step.is_loud]
    told = [(kind, _told(kind, loud, above)) for kind in _GRAVEST_FIRST]
    reasons = [(kind, reason) for kind, reason in told if reason]
    if not reasons:
        return None
    gravest = next(step for step in loud if step.alert.kind == reasons[0][0])
    return Callout(_("; ").join(reason for _kind, reason in reasons), gravest.act)


def _told(kind: str, loud: Sequence[Step], above: Header) -> str:
    """What the alerts of a kind say as things stand; "" where there are none any more."""
    mine = [step.alert for step in loud if step.alert.kind == kind]
    if not mine:
        return ""
    if kind == Alert.Kind.VOLUME_DROP:
        return drop_told(mine[0])
    if kind in (Alert.Kind.CREDIT_REVIEW, Alert.Kind.COMPLAINT_LATE, Alert.Kind.NETWORK):
        return sentence(mine[0])
    if kind == Alert.Kind.LOW_SCORE:
        number = ngettext("{n} low score", "{n} low scores", len(mine)).format(n=len(mine))
        return _("{number} ({worst})").format(number=number, worst=score_reason(mine[0], ""))
    if above.days_late is None:  # paid since the night
        return ""
    owed = " + ".join(money_full(row.overdue, row.currency) for row in above.overdue)
    return _("{amount} overdue, the oldest by {n} days").format(amount=owed, n=above.days_late)


def _people(user: User, customer: Customer) -> dict[str, Any]:
    """The decision chain and whom to call; names and numbers as the person's role may read them."""
    at_work = Contact.objects.visible_to(user).at_work().filter(customer=customer)
    contacts = list(with_colleagues(at_work, user))
    primary = next((contact for contact in contacts if contact.is_primary), None)
    gaps = chain_gaps(user, customer, timezone.localdate(), contacts)
    calls = {contact.pk: number for contact in contacts if (number := dialled(user, contact))}
    for contact in contacts:
        contact.name = personal(user, contact.name)
    return {
        "at_work": contacts,
        "chain": chain(contacts),
        "gaps": [gap_action(user, customer, gap) for gap in gaps],
        "calls": calls,
        "call": calls.get(primary.pk, "") if primary else "",
    }


def _file_state(user: User, customer: Customer, state: State) -> dict[str, Any]:
    """How complete the file is, and what is missing, each with the way to add it."""
    shown = gaps(state.completeness, customer) if can(user, Action.EDIT_CUSTOMER) else []
    return {
        "score": state.completeness.score,
        "completeness": Decimal(state.completeness.score) / 100,
        "missing": shown,
    }


def _first_facts(user: User, customer: Customer) -> list[Fact]:
    facts = [fact for _label, group in profile(user, customer) for fact in group]
    return facts[:FACTS]


def _money(user: User, customer: Customer, day: dt.date) -> dict[str, Any]:
    """Contracts that run, and the plan around today: what was settled last, what is open first."""
    if not can(user, Action.VIEW_RECEIVABLES):
        return {}
    lines = PlanLine.objects.visible_to(user).filter(customer=customer, issued_on__lte=day)
    settled = lines.settled_by(day).order_by("-due_on", "-pk")[:SETTLED]
    coming = lines.open_by(day).order_by("due_on", "pk")[:LINES]
    rows = sorted(settled.union(coming, all=True), key=lambda line: (line.due_on, line.pk))
    contracts = Contract.objects.visible_to(user).agreed().with_last_day().filter(customer=customer)
    return {
        "plan": [_plan_row(line, day) for line in rows],
        "contracts": [
            (contract, life_of(contract, day).value, days_left(contract, day))
            for contract in contracts.order_by("-starts_on", "contract_no")[:CONTRACTS]
        ],
    }


def _plan_row(line: PlanLine, day: dt.date) -> PlanRow:
    received: Decimal = getattr(line, "received")  # noqa: B009  # an annotation
    remainder, late = line.amount - received, (day - line.due_on).days
    return PlanRow(line, remainder, late if late > 0 and remainder else None)


def _changes(user: User, customer: Customer) -> dict[str, list[Entry]]:
    if not can(user, Action.VIEW_HISTORY):
        return {}
    return {"changes": latest_edits(user, customer, CHANGES)}
