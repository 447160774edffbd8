"""Each alert's one reason, in the reader's language."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from core.formats import money_full, signed
from core.rules import percent, rate
from customers.models import DangerSign
from engagement.models import Alert
from surveys.messages import metric_label
from surveys.models import Response
from surveys.rules.scales import scale_of
from workspace.my_day.facts import LineFacts

_QUOTED = 60  # characters of somebody's words that fit a row


def due_words(due_on: dt.date | None, today: dt.date) -> tuple[str, str]:
    """How near the day is, and its tone: bad when it is past, warn when it is today."""
    if due_on is None:
        return "", ""
    days = (due_on - today).days
    if days == 0:
        return _("Today"), "warn"
    if days < 0:
        return ngettext("{n} day late", "{n} days late", -days).format(n=-days), "bad"
    return ngettext("in {n} day", "in {n} days", days).format(n=days), ""


def since(opened_on: dt.date) -> str:
    """From when on it is known."""
    chinese = (get_language() or "").startswith("zh")
    day = formats.date_format(opened_on, "m-d" if chinese else "j M")
    return pgettext("known since a day", "since {day}").format(day=day)


def payment_reason(alert: Alert, line: LineFacts | None) -> str:
    """The line, and what is known of it."""
    parts = [_("Line {number}").format(number=alert.subject)]
    if line is not None and line.invoice_no:
        parts = [_("Invoice {number}").format(number=line.invoice_no)]
    if line is not None and line.paid > 0:
        paid = money_full(line.paid, alert.currency)
        parts.append(_("{amount} paid of it").format(amount=paid))
    if line is not None and line.coming > 0:
        coming = money_full(line.coming, alert.currency)
        parts.append(_("{amount} in bills that have not matured").format(amount=coming))
    if line is not None and line.disputed:
        parts.append(_("disputed"))
    return " · ".join(parts)


def score_reason(alert: Alert, comment: str) -> str:
    """Who said it, the worst answers, and their own words."""
    answers = alert.params.get("answers", {})
    given = " · ".join(f"{_question(code)} {value}" for code, value in answers.items())
    roles = dict(Response.RespondentRole.choices)
    role = roles.get(alert.params.get("role", ""))
    said = _("{role}: {answers}").format(role=role, answers=given) if role else given
    if not comment:
        return said
    short = comment if len(comment) <= _QUOTED else f"{comment[: _QUOTED - 1]}…"
    return _("{said} “{comment}”").format(said=said, comment=short)


def _question(code: str) -> str:
    scale = scale_of(code)
    return code if scale is None else metric_label(scale.family.value)


def credit_reason(alert: Alert) -> str:
    """Why somebody must look at the customer's credit."""
    labels = dict(DangerSign.Sign.choices)
    signs = [str(labels.get(sign, sign)) for sign in alert.params.get("signs", [])]
    if signs:
        return _("Seen there: {signs}").format(signs=_(", ").join(signs))
    words = {
        "limit": _("The credit limit ends"),
        "used": _("More than four fifths of the credit limit are used"),
        "exceeded": _("The credit limit is exceeded"),
        "rating": _("The credit rating fell to {rating}"),
    }
    said = words.get(alert.params.get("why", ""), _("The credit review is due"))
    return said.format(rating=alert.params.get("rating", ""))


def network_reason(alert: Alert) -> str:
    """How much of its network hangs on how many; names nobody, who may be a customer of others."""
    facts = alert.params
    told = ngettext(
        "{share} of its network hangs on {n} lost partner",
        "{share} of its network hangs on {n} lost partners",
        int(facts["lost"]),
    )
    if not facts["lost"]:
        told = _("{share} of its network hangs on partners of lost customers")
    exposure = percent(Decimal(str(facts["exposure"])), 0)
    return told.format(share=f"{exposure}%", n=facts["lost"])


def is_broken(alert: Alert) -> bool:
    """Whether it is about the rhythm: its amount is at stake, not lost."""
    return alert.params.get("basis") in {"rhythm", "decay"}


def drop_told(alert: Alert) -> str:
    """That a customer stops or falls, with the reason."""
    words = {"rhythm": _("Shipping stops, {by}"), "decay": _("Shipping fades, {by}")}
    told = words.get(alert.params.get("basis", ""), _("Revenue falls, {by}"))
    return told.format(by=fall_reason(alert))


def fall_reason(alert: Alert) -> str:
    """How long it is silent and what is usual, or by how much revenue fell and against what."""
    if is_broken(alert):
        return _rhythm_reason(alert.params)
    now, base = (Decimal(str(alert.params.get(name, 0))) for name in ("now", "base"))
    share = rate(100 * (now - base), base)
    percent = signed(share) if share is not None else ""
    if alert.params.get("basis") == "year":
        return _("3 months {percent}% against a year ago").format(percent=percent)
    return _("3 months {percent}% against the 3 before").format(percent=percent)


def _rhythm_reason(facts: Mapping[str, Any]) -> str:
    if facts["basis"] == "decay":
        return _("shipments of the last weeks are below half of those before")
    silent, typical = facts.get("silent", 0), facts.get("typical")
    if typical is None:
        return _("silent for {silent} days, customers of its size ship within {usual}").format(
            silent=silent, usual=facts.get("usual", 0)
        )
    return ngettext(
        "usually every day, silent for {silent} days",
        "usually every {typical} days, silent for {silent}",
        typical,
    ).format(typical=typical, silent=silent)
