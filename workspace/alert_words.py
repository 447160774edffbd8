"""An alert in one sentence of the reader's language, with the icon of its kind."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from contracts.messages import level_text
from contracts.models import Commitment
from core.formats import money_full
from core.rules import ZERO
from customers.messages import item_label, section_label
from engagement.models import Alert, Complaint
from organization.models import User
from organization.permissions import Action, can
from workspace.my_day.words import (
    credit_reason,
    fall_reason,
    is_broken,
    network_reason,
    score_reason,
)
from workspace.words import day_text

_ICONS = {
    "payment_due": "calendar-due",
    "low_score": "mood-sad",
    "volume_drop": "trending-down",
    "credit_review": "shield-half",
    "expiring": "calendar-event",
    "fact_change": "history",
    "file_gaps": "file-text",
    "complaint_late": "gavel",
    "unapplied": "receipt-yuan",
    "unanswered": "file-invoice",
    "contract_ending": "file-text",
    "commitment_missed": "target",
    "network": "affiliate",
}
NAMED = 3  # missing things that a sentence names
FILE_VERBS: dict[str, Any] = {  # of alerts about the file itself
    Alert.Kind.FACT_CHANGE: gettext_lazy("Look at the file"),
    Alert.Kind.FILE_GAPS: gettext_lazy("Complete the file"),
}
_OF_CREDIT = (Alert.Kind.CREDIT_REVIEW, Alert.Kind.EXPIRING)


def readable(alerts: QuerySet[Alert], user: User) -> QuerySet[Alert]:
    """Those the person's role may read: credit is for managers and finance."""
    return alerts if can(user, Action.VIEW_CREDIT) else alerts.exclude(kind__in=_OF_CREDIT)


def icon_of(alert: Alert) -> str:
    """The icon of the alert's kind."""
    return _ICONS.get(alert.kind, "bell")


def sentence(alert: Alert) -> str:
    """What it is about, as the night saw it when it opened the alert."""
    write = _SENTENCES.get(alert.kind)
    return write(alert) if write else alert.subject


def _payment_due(alert: Alert) -> str:
    if alert.amount is None or alert.due_on is None:
        return alert.subject
    facts = {
        "amount": money_full(alert.amount, alert.currency),
        "line": alert.subject,
        "day": day_text(alert.due_on),
    }
    late = (alert.opened_on - alert.due_on).days
    if late < 0:
        told = _("{amount} is due on {day} ({line})")
    elif late == 0:
        told = _("{amount} is due today ({line})")
    else:
        told = ngettext(
            "{amount} is {n} day late ({line})", "{amount} is {n} days late ({line})", late
        )
    return told.format(n=late, **facts) + _skipped(alert)


def _skipped(alert: Alert) -> str:
    """The stages that no night told of; "" where there are none."""
    skipped = alert.params.get("skipped")
    if not skipped:
        return ""
    named = pgettext("between the items of a list", ", ").join(f"{stage:+d}" for stage in skipped)
    return _(" · stages passed over: {stages}").format(stages=named)


def _low_score(alert: Alert) -> str:
    return score_reason(alert, "")


def _volume_drop(alert: Alert) -> str:
    if alert.amount is None:
        return fall_reason(alert)
    amount = money_full(alert.amount, alert.currency)
    told = _("{amount} less revenue: {reason}")
    if is_broken(alert):
        told = _("{amount} of three months at stake: {reason}")
    return told.format(amount=amount, reason=fall_reason(alert))


def _network(alert: Alert) -> str:
    amount = money_full(alert.amount or ZERO, alert.currency)
    message = _("{amount} of 12 months at risk: {reason}")
    return message.format(amount=amount, reason=network_reason(alert))


def _credit_review(alert: Alert) -> str:
    return credit_reason(alert)


def _expiring(alert: Alert) -> str:
    if alert.due_on is None:
        return alert.subject
    name = alert.params.get("name", "")
    return _("{name} expires on {day}").format(name=name, day=day_text(alert.due_on))


def _fact_change(alert: Alert) -> str:
    facts = _named(alert.params.get("facts", ()))
    return _("changed: {facts}").format(facts=facts)


def _file_gaps(alert: Alert) -> str:
    """The first things that are missing, and how many more."""
    stale = [str(section_label(name)) for name in alert.params.get("stale", ())]
    missing = alert.params.get("missing", ())
    said = [_("missing: {facts}").format(facts=_named(missing))] if missing else []
    if stale:
        between = pgettext("between the items of a list", ", ")
        said.append(_("to be confirmed: {parts}").format(parts=between.join(stale)))
    return _("; ").join(said)


def _complaint_late(alert: Alert) -> str:
    what = dict(Complaint.Category.choices).get(alert.params.get("category", ""), "")
    facts = {"number": alert.subject, "what": what}
    if alert.params.get("stage") == "solution":
        return _("{what}: complaint {number} is not solved in time").format(**facts)
    return _("{what}: complaint {number} has no first answer in time").format(**facts)


def _unapplied(alert: Alert) -> str:
    amount = money_full(alert.amount or ZERO, alert.currency)
    message = _("{amount} of receipt {number} is on no line")
    return message.format(amount=amount, number=alert.subject)


def _unanswered(alert: Alert) -> str:
    amount = money_full(alert.amount or ZERO, alert.currency)
    message = _("Statement {number} over {amount} is sent and not answered")
    return message.format(amount=amount, number=alert.subject)


def _contract_ending(alert: Alert) -> str:
    if alert.due_on is None:
        return alert.subject
    facts = {"number": alert.subject, "day": day_text(alert.due_on)}
    if notice_by := alert.params.get("notice_by"):
        message = _("Contract {number} goes on after {day} unless notice is given by {last}")
        return message.format(last=day_text(dt.date.fromisoformat(notice_by)), **facts)
    return _("Contract {number} ends on {day} and is not renewed").format(**facts)


def _commitment_missed(alert: Alert) -> str:
    facts = alert.params
    year, month0 = divmod(int(facts["month"]), 12)
    return _("{month}: {what}; agreed {agreed}, kept {kept} (contract {number})").format(
        month=f"{year}-{month0 + 1:02d}",
        what=Commitment.Measure(facts["measure"]).label,
        agreed=level_text(facts["measure"], Decimal(str(facts["agreed"]))),
        kept=level_text(facts["measure"], Decimal(str(facts["value"]))),
        number=alert.subject,
    )


def _named(items: Sequence[str]) -> str:
    """Items as people call them; of many only the first, then how many more."""
    named = [str(item_label(item)) for item in items[:NAMED]]
    if len(items) > NAMED:
        named.append(_("{n} more").format(n=len(items) - NAMED))
    return pgettext("between the items of a list", ", ").join(named)


_SENTENCES: Mapping[str, Callable[[Alert], str]] = {
    "payment_due": _payment_due,
    "low_score": _low_score,
    "volume_drop": _volume_drop,
    "credit_review": _credit_review,
    "expiring": _expiring,
    "fact_change": _fact_change,
    "file_gaps": _file_gaps,
    "complaint_late": _complaint_late,
    "unapplied": _unapplied,
    "unanswered": _unanswered,
    "contract_ending": _contract_ending,
    "commitment_missed": _commitment_missed,
    "network": _network,
}
