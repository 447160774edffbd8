"""What the night does with money: ageing, payment-due alerts, statements."""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings

from contracts import services
from contracts.models import Promise
from contracts.reports import SQL
from contracts.rules import payment_score as payment
from contracts.rules.alerts import DEFAULT_STAGES
from contracts.rules.commitments import last_month
from contracts.rules.contracts import MOST_NOTICE_DAYS, RENEWED_WITHIN
from contracts.rules.ladder import LadderRules, Rung, rungs
from contracts.services import amendments, billing, contracts, red_letters, statements
from core import sql
from core.context import acting
from core.models import Version
from core.rules import window
from customers.models import CreditEvent, Customer
from customers.rules import integrity as evidence

UNAPPLIED_DAYS = 7
UNANSWERED_DAYS = 7
ENDING_STAGES = (90, 60, 30)  # days before the end of a contract
FEWEST_WAYBILLS = 10  # in a month, to say that a share was missed
FORGOTTEN_DAYS = 60  # after the end of one that nobody renewed
NEARLY_USED, WHOLLY_USED = Decimal("0.80"), Decimal(1)


def write_ageing(day: dt.date, version: int) -> int:
    """Ageing as at `day` into the version's partition; returns the rows (customer x currency)."""
    return sql.run(SQL / "write_ageing.sql", day=day, version=version)


def write_credit(day: dt.date, version: int, *, is_replay: bool = False) -> int:
    """Exposure, state (B10), payment score and rating (B6) as of `day`; returns the rows.

    A replay goes by the state published for the day before, not by the one kept now.
    """
    return sql.run(
        SQL / "write_credit.sql",
        day=day,
        after=window(day).after,
        home=settings.COMPANY_CURRENCY,
        version=version,
        is_replay=is_replay,
        **_payment_marks(),
        **_integrity_marks(day),
        **_rating_marks(),
    )


def _payment_marks() -> dict[str, Any]:
    """Where payment scores get their points."""
    return {
        "fewest": payment.FEWEST_LINES,
        "late_days": list(payment.DAYS),
        "late_points": list(payment.POINTS),
        "earliest": payment.DAYS[0],
        "latest": payment.DAYS[-1],
        "beyond": payment.BEYOND,
    }


def _integrity_marks(day: dt.date) -> dict[str, Any]:
    """What each kind of evidence is worth, and for how long."""
    return {
        "kinds": list(evidence.POINTS),
        "kind_points": list(evidence.POINTS.values()),
        "vetoes": sorted(CreditEvent.VETOES),
        "halved_until": evidence.halved_until(day),
        "forgotten_until": evidence.forgotten_until(day),
        "start": evidence.START,
        "most_kept": evidence.MOST_FOR_PROMISES,
        "lowest": evidence.LEAST,
        "highest": evidence.MOST,
    }


def _rating_marks() -> dict[str, Any]:
    """What the parts of a rating are made of and weigh; grades from the worst on."""
    grades = payment.GRADES[::-1]
    return {
        "poor": payment.POOR,
        "good": payment.GOOD,
        "debt_ratios": list(payment.DEBT_RATIOS),
        "debt_points": list(payment.DEBT_POINTS),
        "loss": payment.LOSS,
        "billed": list(payment.BILLED),
        "billed_points": list(payment.BILLED_POINTS),
        "long_days": payment.LONG_DAYS,
        **{f"of_{part}": weight for part, weight in payment.WEIGHTS.items()},
        "worst": payment.WORST,
        "grades": [payment.WORST, *(grade for grade, _least in grades)],
        "at_least": [least for _grade, least in grades],
    }


def open_credit_use_alerts(day: dt.date, version: int) -> int:
    """Alerts where limits got nearly or wholly used, or ratings fell, since the night before.

    Returns how many are new; none without a night to compare with.
    """
    earlier = Version.objects.filter(status=Version.Status.PUBLISHED, business_date__lt=day)
    previous = earlier.order_by("-business_date").values_list("pk", flat=True).first()
    if previous is None:
        return 0
    return sql.run(
        SQL / "open_credit_use_alerts.sql",
        day=day,
        version=version,
        previous=previous,
        home=settings.COMPANY_CURRENCY,
        used=NEARLY_USED,
        exceeded=WHOLLY_USED,
        best_first=[*(grade for grade, _least in payment.GRADES), payment.WORST],
    )


def close_credit_use_alerts(day: dt.date, version: int) -> int:
    """Close those of limits of which enough is free again; returns how many."""
    return sql.run(
        SQL / "close_credit_use_alerts.sql",
        day=day,
        version=version,
        home=settings.COMPANY_CURRENCY,
        used=NEARLY_USED,
    )


def write_ageing_summary(version: int) -> int:
    """The version's ageing by unit, manager and tier; returns the rows. The last of publication.

    A statement of its own waits for moves under way, so that the others see them.
    """
    sql.run(SQL / "lock_ageing_summary.sql")
    sql.run(SQL / "place_ageing.sql", version=version)
    sql.run(SQL / "forget_ageing_summary.sql", version=version)
    return sql.run(SQL / "write_ageing_summary.sql", version=version)


def open_payment_alerts(
    day: dt.date,
    stages: Sequence[int] = DEFAULT_STAGES,
    ladder: LadderRules = LadderRules(),  # noqa: B008  # frozen
) -> int:
    """One alert a line for the highest stage reached by `day` (B9); returns how many are new.

    `stages` are days from the due date and `ladder` says who is told, both from the rule set. The
    same day again opens none.
    """
    tiers = ("", *Customer.Tier.values)
    ladders = [_ladder(tier, rungs(ladder, tier, stages)) for tier in tiers]
    return sql.run(SQL / "open_payment_alerts.sql", day=day, ladders=json.dumps(ladders))


def _ladder(tier: str, steps: Sequence[Rung]) -> dict[str, object]:
    return {
        "tier": tier,
        "stages": [step.stage for step in steps],
        "severities": [step.severity for step in steps],
        "told": [step.told for step in steps],
    }


def close_settled_alerts(day: dt.date) -> int:
    """Close payment alerts of lines that were paid, void or written off by `day`."""
    return services.close_settled_alerts(day)


def judge_promises(day: dt.date) -> int:
    """What open promises have come to by the end of `day` (B8); returns how many changed."""
    waiting = Promise.objects.filter(state=Promise.State.OPEN).order_by()
    customers = list(waiting.values_list("customer", flat=True).distinct())
    return services.judge_promises(customers, day=day)


def make_statements(day: dt.date) -> int:
    """Statements of the periods that were over before `day` ended; returns how many."""
    return len(statements.make_statements(day + dt.timedelta(1)))


def open_unapplied_alerts(day: dt.date) -> int:
    """Alerts of receipts with credit for a week by `day`; returns how many are new or changed."""
    return sql.run(SQL / "open_unapplied_alerts.sql", day=day, idle_days=UNAPPLIED_DAYS)


def close_unapplied_alerts(day: dt.date) -> int:
    """Close those of receipts that have nothing left or were taken back; returns how many."""
    return sql.run(SQL / "close_unapplied_alerts.sql", day=day)


def open_unanswered_alerts(day: dt.date) -> int:
    """One alert a statement sent a week ago by `day` without an answer; returns the new ones."""
    return sql.run(SQL / "open_unanswered_alerts.sql", day=day, idle_days=UNANSWERED_DAYS)


def close_unanswered_alerts(day: dt.date) -> int:
    """Close those of statements that were confirmed or disputed; returns how many."""
    return sql.run(SQL / "close_unanswered_alerts.sql", day=day)


def lapse_red_letters(now: dt.datetime) -> int:
    """End red letters that nobody confirmed in time (B13); returns how many."""
    with acting(actor="clock"):
        return red_letters.lapse_confirmations(now)


def extend_contracts(day: dt.date) -> int:
    """Let contracts go on whose time for giving notice is over by `day`; returns how many."""
    return contracts.extend_contracts(day)


def link_renewals() -> int:
    """Signed contracts that came by table go on from the one before, and so does their billing.

    Returns how many were linked.
    """
    linked = sql.run(SQL / "link_renewals.sql", gap_days=RENEWED_WITHIN.days)
    billing.go_on_billing()
    return linked


def apply_amendments(day: dt.date) -> int:
    """Put amendments in force whose day has come by `day`; returns how many."""
    return amendments.apply_amendments(day)


def open_contract_alerts(day: dt.date) -> int:
    """One alert a contract and stage before its end; returns how many are new."""
    return sql.run(
        SQL / "open_contract_alerts.sql",
        day=day,
        stages=list(ENDING_STAGES),
        nearest=min(ENDING_STAGES),
        furthest=max(ENDING_STAGES) + MOST_NOTICE_DAYS,
        forgotten=FORGOTTEN_DAYS,
    )


def close_contract_alerts(day: dt.date) -> int:
    """Close those of contracts that were renewed, ended or are forgotten; returns how many."""
    return sql.run(SQL / "close_contract_alerts.sql", day=day, forgotten=FORGOTTEN_DAYS)


def measure_commitments(day: dt.date) -> int:
    """How service levels were kept in the last month that is over on `day`; rows that changed."""
    return sql.run(SQL / "measure_commitments.sql", day=day, month=last_month(day))


def open_commitment_alerts(day: dt.date) -> int:
    """One alert a commitment and month that was not kept; returns how many are new."""
    return sql.run(
        SQL / "open_commitment_alerts.sql", day=day, month=last_month(day), fewest=FEWEST_WAYBILLS
    )


def close_commitment_alerts(day: dt.date) -> int:
    """Close those of commitments that are kept again or promised no more; returns how many."""
    return sql.run(SQL / "close_commitment_alerts.sql", day=day)
