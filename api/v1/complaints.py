"""Complaints from the call centre."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.fields import ZonedDateTimeField
from api.models import Scope
from customers.codes import find_files
from customers.models import Customer
from engagement.models import Complaint
from engagement.services import Words, take_complaint
from organization.models import Department, OrgUnit, User

_CLOCKS = dt.timedelta(minutes=5)  # by which another system's clock may be ahead of ours


class ComplaintBody(serializers.Serializer[Any]):
    """What is sent. `complaint_no` is unique within `source`; it may be sent again as it was."""

    complaint_no = serializers.CharField(max_length=100)
    source = serializers.CharField(  # type: ignore[assignment]  # a name of ours, not the option
        max_length=100, default="", allow_blank=True
    )
    customer_code = serializers.CharField(max_length=100)
    received_at = ZonedDateTimeField()
    channel = serializers.ChoiceField(Complaint.Channel.choices)
    category = serializers.ChoiceField(Complaint.Category.choices)
    severity = serializers.ChoiceField(Complaint.Severity.choices, default="normal")
    text = serializers.CharField(max_length=10_000)
    waybill_no = serializers.CharField(max_length=100, default="", allow_blank=True)
    contact_name = serializers.CharField(max_length=100, default="", allow_blank=True)
    contact_phone = serializers.CharField(max_length=100, default="", allow_blank=True)
    claimed_amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=Decimal(0), default=None, allow_null=True
    )
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="CNY")
    org_unit = serializers.CharField(max_length=100, default="", allow_blank=True)
    department = serializers.ChoiceField(
        Department.Kind.choices, default="", allow_blank=True, help_text=_("its kind")
    )

    def validate_received_at(self, value: dt.datetime) -> dt.datetime:
        """Not later than now."""
        if value > timezone.now() + _CLOCKS:
            raise serializers.ValidationError(_("This moment is still to come."), code="future")
        return value


class ComplaintAnswer(serializers.Serializer[Any]):
    """The complaint as it is kept, for the OpenAPI document."""

    complaint_no = serializers.CharField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # as above
    customer_code = serializers.CharField()
    received_at = serializers.DateTimeField()
    channel = serializers.CharField()
    category = serializers.CharField()
    severity = serializers.CharField()
    text = serializers.CharField()
    waybill_no = serializers.CharField(allow_blank=True)
    claimed_amount = serializers.DecimalField(18, 2, allow_null=True)
    currency = serializers.CharField()
    org_unit = serializers.CharField()
    department = serializers.CharField(allow_blank=True)
    first_answer_due_at = serializers.DateTimeField()
    solution_due_at = serializers.DateTimeField()
    first_answered_at = serializers.DateTimeField(allow_null=True)
    solved_at = serializers.DateTimeField(allow_null=True)


_SENT = {
    "complaint_no": "TS-20260331-007",
    "customer_code": "YC0001",
    "received_at": "2026-03-31T09:20:00+08:00",
    "channel": "hotline",
    "category": "damage",
    "text": "外箱破损，玻璃器皿碎了两件",
    "waybill_no": "YD20260331001",
}
_KEPT = {
    **_SENT,
    "source": "",
    "received_at": "2026-03-31T01:20:00Z",
    "severity": "normal",
    "claimed_amount": None,
    "currency": "CNY",
    "org_unit": "HZ-01",
    "department": "",
    "first_answer_due_at": "2026-03-31T03:20:00Z",
    "solution_due_at": "2026-04-02T01:20:00Z",
    "first_answered_at": None,
    "solved_at": None,
}


class ComplaintsView(ApiView):
    """Where complaints come in."""

    scopes: ClassVar = {"POST": Scope.COMPLAINTS_WRITE}

    @extend_schema(
        operation_id="take_complaint",
        summary=gettext_lazy("Report a complaint"),
        request=ComplaintBody,
        responses={200: ComplaintAnswer, 201: ComplaintAnswer},
        examples=[
            OpenApiExample("complaint", value=_SENT, request_only=True),
            OpenApiExample("kept", value=_KEPT, response_only=True, status_codes=["200", "201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        """Take a complaint: 201 with its deadlines, or 200 when it is known already as it is."""
        body = ComplaintBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        customer = _customer(said.pop("customer_code"), self.user)
        complaint, is_new = take_complaint(customer, _words(said, customer), actor=self.user)
        return Response(_answer(complaint), status=201 if is_new else 200)


def _customer(code: str, user: User) -> Customer:
    """Who complains; the same answer for a code of nobody and of another unit's customer."""
    file = find_files([code], actor=user).seen.get(code)
    if file is None:
        raise _refused("customer_code", _("No customer has this code."), "unknown_customer")
    found: Customer = Customer.objects.visible_to(user).select_related(
        "org_unit", "account_manager"
    ).get(pk=file.pk)  # fmt: skip
    return found


def _words(said: dict[str, Any], customer: Customer) -> Words:
    kind, code = said.pop("department"), said.pop("org_unit")
    unit = OrgUnit.objects.by_code(code)
    if code and unit is None:
        raise _refused("org_unit", _("No unit has this code."), "unknown_unit")
    found = Department.objects.filter(unit=unit or customer.org_unit, kind=kind).order_by("name")
    department = found.first() if kind else None
    if kind and department is None:
        raise _refused(
            "department", _("The unit has no department of this kind."), "unknown_department"
        )
    claimed = said.pop("claimed_amount")
    return Words(**said, claimed=claimed, unit=unit, department=department)


def _refused(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: [ErrorDetail(message, code)]})


def _answer(row: Complaint) -> dict[str, Any]:
    """The complaint as it is stored; who complained is personal and not sent back."""
    return {
        "complaint_no": row.complaint_no,
        "source": row.source,
        "customer_code": row.customer.code,
        "received_at": row.received_at,
        "channel": row.channel,
        "category": row.category,
        "severity": row.severity,
        "text": row.text,
        "waybill_no": row.waybill_no,
        "claimed_amount": row.claimed,
        "currency": row.currency,
        "org_unit": row.unit.code,
        "department": row.department.kind if row.department else "",
        "first_answer_due_at": row.answer_due_at,
        "solution_due_at": row.solution_due_at,
        "first_answered_at": row.answered_at,
        "solved_at": row.closed_at,
    }
