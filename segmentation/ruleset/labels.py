"""What the sections and values of a rule set are called; a name stands here for every place.

Places are paths such as "abc.a"; what holds for each tier is kept under "*".
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.models import Customer, PolicyPoint
from customers.rules.policies import POINTS

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Word:
    """What a value is called; `unit` of whole numbers, `kind` where the parser does not tell.

    `optional`: it may be left without a value.
    """

    label: Text
    unit: str = ""
    kind: str = ""
    optional: bool = False


SECTIONS: dict[str, tuple[Text, Text]] = {
    "policies": (
        gettext_lazy("Service policies"),
        gettext_lazy("How often each tier is seen, how fast it is answered, what it may be given."),
    ),
    "abc": (
        gettext_lazy("ABC classes"),
        gettext_lazy("By share of the value, and by head count beside it."),
    ),
    "tiers": (
        gettext_lazy("Tiers"),
        gettext_lazy("The least of 12 months for each size; below medium a customer is small."),
    ),
    "hysteresis": (
        gettext_lazy("Steady tiers"),
        gettext_lazy("A size and a class change only beyond a margin and after some nights."),
    ),
    "scores": (
        gettext_lazy("Value scores"),
        gettext_lazy("Weights of current and of potential value; each group makes 100%."),
    ),
    "value": (
        gettext_lazy("Value to come"),
        gettext_lazy("When a model of customer value is used, and what later money is worth."),
    ),
    "health": (
        gettext_lazy("Health"),
        gettext_lazy("What the six parts weigh (together 100%), and where red and yellow end."),
    ),
    "network": (
        gettext_lazy("Network of customers"),
        gettext_lazy("How lost customers endanger those they send to or receive from."),
    ),
    "publication": (
        gettext_lazy("Publication of a night"),
        gettext_lazy("A night that moves more customers than this waits for an administrator."),
    ),
    "rhythm": (
        gettext_lazy("Shipping rhythm"),
        gettext_lazy("When silence counts, by the customer's own usual gap between shipments."),
    ),
    "serving": (
        gettext_lazy("Cost of serving"),
        gettext_lazy("Free times and rates beside the carriage."),
    ),
    "credit": (
        gettext_lazy("Credit states"),
        gettext_lazy("Where watch, hold and stop begin: use of the limit, days overdue."),
    ),
    "alerts": (
        gettext_lazy("Payment alerts"),
        gettext_lazy("Days from the due date; before it with a minus."),
    ),
    "ladder": (
        gettext_lazy("Who is told of late payments"),
        gettext_lazy("The day overdue from which on each post is told."),
    ),
    "provision": (
        gettext_lazy("Doubtful debts"),
        gettext_lazy("The share of open money that is set aside, by age."),
    ),
}

WORDS: dict[str, Word] = {
    "abc.basis": Word(gettext_lazy("Ranked by")),
    "abc.a": Word(gettext_lazy("Class A below")),
    "abc.b": Word(gettext_lazy("Class B below")),
    "abc.head_a": Word(gettext_lazy("Class A by head count")),
    "abc.head_b": Word(gettext_lazy("Class B by head count")),
    "abc.head_minimum": Word(gettext_lazy("Head count needs at least"), "customers"),
    "tiers.basis": Word(gettext_lazy("Sized by")),
    "tiers.large": Word(gettext_lazy("Large from")),
    "tiers.medium": Word(gettext_lazy("Medium from")),
    "hysteresis.share": Word(gettext_lazy("Margin at a cut of shares")),
    "hysteresis.amount": Word(gettext_lazy("Margin at a cut of amounts")),
    "hysteresis.nights_up": Word(gettext_lazy("Nights before it goes up"), "nights"),
    "hysteresis.nights_down": Word(gettext_lazy("Nights before it goes down"), "nights"),
    "scores.current_revenue": Word(gettext_lazy("Current value: revenue")),
    "scores.current_contribution": Word(gettext_lazy("Current value: contribution")),
    "scores.current_volume": Word(gettext_lazy("Current value: volume")),
    "scores.current_collection": Word(gettext_lazy("Current value: collection rate")),
    "scores.potential_volume": Word(gettext_lazy("Potential value: planned volume")),
    "scores.potential_growth": Word(gettext_lazy("Potential value: planned growth")),
    "scores.potential_loyalty": Word(gettext_lazy("Potential value: loyalty")),
    "scores.potential_efficiency": Word(gettext_lazy("Potential value: efficiency of serving")),
    "scores.grade_current": Word(gettext_lazy("Grade: current value")),
    "scores.grade_potential": Word(gettext_lazy("Grade: potential value")),
    "scores.least_known": Word(gettext_lazy("Least known weight for a score")),
    "scores.high": Word(gettext_lazy("High grade from"), "points", "number"),
    "scores.mid": Word(gettext_lazy("Mid grade from"), "points", "number"),
    "scores.overlay": Word(gettext_lazy("Potential tier from a score of"), "points", "number"),
    "value.least_customers": Word(gettext_lazy("Needs customers that came back"), "customers"),
    "value.least_weeks": Word(gettext_lazy("Needs weeks of history"), "weeks"),
    "value.most_off": Word(gettext_lazy("May be wrong by at most")),
    "value.least_contracts": Word(
        gettext_lazy("Own retention of contracts needs at least"), "customers"
    ),
    "value.discount": Word(gettext_lazy("Discount rate, a year")),
    "health.volume": Word(gettext_lazy("Health: volume")),
    "health.payment": Word(gettext_lazy("Health: payment")),
    "health.service": Word(gettext_lazy("Health: our service")),
    "health.sentiment": Word(gettext_lazy("Health: what they say")),
    "health.engagement": Word(gettext_lazy("Health: contract and talks")),
    "health.network": Word(gettext_lazy("Health: network")),
    "health.least_known": Word(gettext_lazy("Least known weight for a health score")),
    "health.red": Word(gettext_lazy("Red below"), "points", "number"),
    "health.yellow": Word(gettext_lazy("Yellow below"), "points", "number"),
    "health.heavy": Word(gettext_lazy("A heavy part weighs from")),
    "health.poor": Word(gettext_lazy("A heavy part keeps it yellow below"), "points", "number"),
    "health.sentiment_days": Word(gettext_lazy("Answers count for"), "days"),
    "network.passed_on": Word(gettext_lazy("Passed on to partners")),
    "network.hub": Word(gettext_lazy("Left out above"), "partners"),
    "network.alarm": Word(gettext_lazy("Somebody is told from")),
    "publication.max_moved_share": Word(gettext_lazy("Customers that may move")),
    "publication.max_moved_floor": Word(gettext_lazy("Always allowed"), "customers"),
    "rhythm.shortest_gap": Word(gettext_lazy("Shortest usual gap"), "days"),
    "rhythm.fewest_gaps": Word(gettext_lazy("Own rhythm needs at least"), "gaps"),
    "rhythm.unknown_gap": Word(gettext_lazy("Gap where none is known"), "days"),
    "rhythm.at_risk": Word(gettext_lazy("At risk after"), "usual gaps"),
    "rhythm.dormant": Word(gettext_lazy("Dormant after"), "usual gaps"),
    "rhythm.dormant_days": Word(gettext_lazy("Dormant not before"), "days"),
    "rhythm.lost_days": Word(gettext_lazy("Lost after"), "days"),
    "rhythm.new_days": Word(gettext_lazy("New for"), "days"),
    "rhythm.decay_amber": Word(gettext_lazy("Falling volume, amber below")),
    "rhythm.decay_red": Word(gettext_lazy("Falling volume, red below")),
    "rhythm.decay_shipments": Word(gettext_lazy("Falling volume needs at least"), "shipments"),
    "serving.free_minutes": Word(gettext_lazy("Free waiting, a shipment"), "minutes"),
    "serving.minute_rate": Word(gettext_lazy("Waiting, a minute beyond")),
    "serving.waiting_billed": Word(gettext_lazy("Waiting is billed")),
    "serving.free_days": Word(gettext_lazy("Free storage, a shipment"), "days"),
    "serving.day_rate": Word(gettext_lazy("Storage, a day beyond")),
    "serving.storage_billed": Word(gettext_lazy("Storage is billed")),
    "serving.touch_cost": Word(gettext_lazy("Cost of a visit or call")),
    "serving.lane_shipments": Word(gettext_lazy("A losing lane needs at least"), "shipments"),
    "credit.watch_use": Word(gettext_lazy("Watch from a use of")),
    "credit.hold_use": Word(gettext_lazy("Hold beyond a use of")),
    "credit.stop_use": Word(gettext_lazy("Stop beyond a use of")),
    "credit.watch_days": Word(gettext_lazy("Watch from overdue"), "days"),
    "credit.hold_days": Word(gettext_lazy("Hold from overdue"), "days"),
    "credit.stop_days": Word(gettext_lazy("Stop from overdue"), "days"),
    "credit.least_overdue": Word(gettext_lazy("Overdue money counts from")),
    "credit.margin": Word(gettext_lazy("A state is left below its mark by")),
    "credit.fresh_days": Word(gettext_lazy("Accepted orders count for"), "days"),
    "credit.counts_orders": Word(gettext_lazy("Accepted orders count")),
    "alerts.payment_due_stages": Word(pgettext_lazy("alerts", "Stages"), "days"),
    "ladder.told_from": Word(pgettext_lazy("post", "Told from"), "days overdue"),
    "ladder.tiers": Word(gettext_lazy("Own ladder of a tier"), "days overdue"),
    "provision.not_due": Word(gettext_lazy("Doubtful, not due")),
    "provision.d1_30": Word(gettext_lazy("Doubtful, 1–30 days overdue")),
    "provision.d31_60": Word(gettext_lazy("Doubtful, 31–60 days overdue")),
    "provision.d61_90": Word(gettext_lazy("Doubtful, 61–90 days overdue")),
    "provision.d91_180": Word(gettext_lazy("Doubtful, 91–180 days overdue")),
    "provision.d181_365": Word(gettext_lazy("Doubtful, 181–365 days overdue")),
    "provision.d365_plus": Word(gettext_lazy("Doubtful, over 365 days overdue")),
}
_KINDS = {"days": "count", "hours": "count", "share": "percent"}
for _name, _point in POINTS.items():
    WORDS[f"policies.*.{_name}"] = Word(
        PolicyPoint(_name).label,
        _point.kind if _point.kind in {"days", "hours"} else "",
        _KINDS.get(_point.kind, _point.kind),
        _point.optional,
    )

# What stands below a value that is a mapping; tiers have their own names.
PARTS: dict[str, Text] = {
    **{str(value): label for value, label in Customer.Tier.choices},
    "prospect": gettext_lazy("Prospect"),
    "unit_head": gettext_lazy("head of the unit"),
    "branch": gettext_lazy("head of the branch"),
    "finance": pgettext_lazy("people", "finance"),
    "group": gettext_lazy("head of the group"),
    "stages": pgettext_lazy("alerts", "stages"),
    "told_from": pgettext_lazy("post", "told from"),
}
