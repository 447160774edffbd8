"""The service status in the OpenAPI document: its fields in words, and examples.

The answer itself is plain data (api/reports/service.py): it is asked too often for serializers.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.reports.service import MOST_CODES
from contracts.models import Contract
from contracts.rules.credit import REASONS, STATES
from customers.models import Customer, ServicePolicy
from customers.rules.policies import EXTRAS, RISK

SUMMARY_ONE = _("How is this customer served?")
SUMMARY_MANY = _("How are these customers served?")


class CreditAnswer(serializers.Serializer[Any]):
    """On what terms parcels are accepted."""

    terms = serializers.ChoiceField(
        Contract.Settlement.choices,
        allow_null=True,
        help_text=_("Of the contract in force; null without one: the customer pays at once."),
    )
    state = serializers.ChoiceField(
        STATES, help_text=_("Hold and stop: accept no new parcel. Billing goes on.")
    )
    limit = serializers.DecimalField(
        18,
        2,
        allow_null=True,
        help_text=_("Its own, else its group's, in the company's currency; null without one."),
    )
    exposure = serializers.DecimalField(
        20, 2, help_text=_("Receivables, unbilled waybills and fresh orders less money we hold.")
    )
    available = serializers.DecimalField(
        20, 2, allow_null=True, help_text=_("What is left of limit or release; null without them.")
    )
    reasons = serializers.ListField(
        child=serializers.ChoiceField(REASONS), help_text=_("Why the state is not clear.")
    )
    valid_until = serializers.DateField(
        allow_null=True,
        help_text=_("The last day of the release, else of the limit; null if it has no end."),
    )


class PolicyAnswer(serializers.Serializer[Any]):
    """How the customer is served: the policy of its size, with what it was granted beside that."""

    code = serializers.ChoiceField(
        [code for code in ServicePolicy.Code.choices if code[0] != RISK],
        help_text=_("Whose policy: of a customer at risk, that of its size."),
    )
    answer_hours = serializers.IntegerField(
        help_text=_("Working hours until the first answer to a complaint.")
    )
    solution_days = serializers.IntegerField(help_text=_("Workdays until a complaint is solved."))
    extras = serializers.ListField(
        child=serializers.ChoiceField(EXTRAS),
        help_text=_("Handled first; the best people and vehicles; the favourable price."),
    )


class ServiceAnswer(serializers.Serializer[Any]):
    """What dispatch asks before it accepts a parcel."""

    code = serializers.CharField(help_text=_("The customer's own code, whatever was asked."))
    name = serializers.CharField()
    status = serializers.ChoiceField(Customer.Status.choices)
    tier = serializers.ChoiceField(Customer.Tier.choices, allow_null=True)
    abc_class = serializers.ChoiceField(Customer.AbcClass.choices, allow_null=True)
    value_grade = serializers.ChoiceField(
        Customer.ValueGrade.choices,
        allow_null=True,
        help_text=_("Null where too little is known of the customer."),
    )
    key_account_kind = serializers.ChoiceField(Customer.KeyAccountKind.choices, allow_null=True)
    service_policy = PolicyAnswer()
    credit = CreditAnswer()
    instructions = serializers.CharField(
        allow_blank=True, help_text=_("Warnings, points of attention and special operations.")
    )
    as_of = serializers.DateField(
        allow_null=True, help_text=_("The business date of tier and class; the rest is of now.")
    )


class AskedServiceAnswer(ServiceAnswer):
    """The service status of one of many codes."""

    asked = serializers.CharField(help_text=_("The code as it was asked."))


class UnknownCode(serializers.Serializer[Any]):
    """A code of nobody, or of nobody the system sees."""

    asked = serializers.CharField()
    code = serializers.ChoiceField(["unknown_customer"])


class LookupRequest(serializers.Serializer[Any]):
    """The codes."""

    codes = serializers.ListField(
        child=serializers.CharField(), min_length=1, max_length=MOST_CODES
    )


class LookupAnswer(serializers.Serializer[Any]):
    """Each code stands in one of the two lists."""

    results = AskedServiceAnswer(many=True)
    errors = UnknownCode(many=True)  # type: ignore[assignment]  # no attribute once it is a field


ANSWER: dict[str, Any] = {
    "code": "YC0001",
    "name": "云杉国际物流有限公司",
    "status": "active",
    "tier": "large",
    "abc_class": "A",
    "value_grade": "high",
    "key_account_kind": "economic",
    "service_policy": {
        "code": "large",
        "answer_hours": 2,
        "solution_days": 1,
        "extras": ["first", "best", "favourable"],
    },
    "credit": {
        "terms": "monthly",
        "state": "watch",
        "limit": "200000.00",
        "exposure": "180000.00",
        "available": "20000.00",
        "reasons": ["use"],
        "valid_until": "2026-12-31",
    },
    "instructions": "三号门收货，玻璃制品",
    "as_of": "2026-03-31",
}
LOOKED_UP = {
    "results": [{"asked": "YC0001", **ANSWER}],
    "errors": [{"asked": "YC9999", "code": "unknown_customer"}],
}
