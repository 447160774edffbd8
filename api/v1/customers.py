"""The archive: finding customers, reading one file."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.fields import ZonedDateTimeField
from api.models import Scope
from api.openapi import CODE
from api.paging import Pages, page_of
from api.reports.customers import found, named
from customers.models import Customer
from organization.models import User
from organization.permissions import FIELD_CLASSES_BY_ROLE

_BRIEF = (
    *("code", "name", "short_name", "uscc", "status", "tier", "abc_class", "party_role"),
    *("org_unit", "account_manager", "parent", "province", "city", "customer_since", "tags"),
)
_LEFT_OUT = {"id", "merged_into"}  # numbers of our own rows say nothing outside
_CLASSES = FIELD_CLASSES_BY_ROLE[User.Role.SYSTEM]
READABLE = [
    name
    for name, kind in Customer.field_classes.items()
    if kind in _CLASSES and name not in _LEFT_OUT
]


class CustomerQuery(serializers.Serializer[Any]):
    """What is looked for."""

    q = serializers.CharField(
        required=False, max_length=100, help_text=_("Code, name, pinyin, USCC.")
    )
    status = serializers.ChoiceField(Customer.Status.choices, required=False)
    tier = serializers.ChoiceField(Customer.Tier.choices, required=False)
    org_unit = serializers.CharField(
        required=False, max_length=100, help_text=_("Code of a unit; those below it count too.")
    )
    account_manager = serializers.CharField(
        required=False, max_length=100, help_text=_("User name of the account manager.")
    )
    updated_since = ZonedDateTimeField(
        required=False, help_text=_("Only files changed at or after this time.")
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=Pages.max_page_size, help_text=_("Default: 100.")
    )
    cursor = serializers.CharField(
        required=False, max_length=1000, help_text=_("From “next” or “previous” of a page.")
    )


class ComputedChoice(serializers.ChoiceField):
    """What the night has found, null before it has."""

    def to_representation(self, value: Any) -> Any:
        """The value, or null."""
        return value or None


class BriefCustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer in a list."""

    parent = serializers.CharField(  # type: ignore[assignment]  # no attribute once it is a field
        source="parent_code", allow_null=True
    )
    org_unit = serializers.CharField(source="unit_code")
    account_manager = serializers.CharField(source="manager_name", allow_null=True)
    tier = ComputedChoice(Customer.Tier.choices, allow_null=True)
    abc_class = ComputedChoice(Customer.AbcClass.choices, allow_null=True)

    class Meta:
        model = Customer
        fields = [name for name in _BRIEF if name in READABLE]


class CustomerSerializer(BriefCustomerSerializer):
    """The whole file."""

    size = ComputedChoice(Customer.Tier.choices, allow_null=True)

    class Meta(BriefCustomerSerializer.Meta):
        fields = READABLE


_BRIEF_EXAMPLE = {
    "code": "YC0001",
    "name": "云杉国际物流有限公司",
    "short_name": "云杉国际",
    "uscc": "91330106MA2CFG1X4K",
    "status": "active",
    "tier": "large",
    "abc_class": "A",
    "party_role": "both",
    "org_unit": "HZ-01",
    "account_manager": "linxiao",
    "parent": None,
    "province": "浙江省",
    "city": "杭州市",
    "customer_since": "2021-04-01",
    "tags": ["电商"],
}
_PAGE = {"next": None, "previous": None, "results": [_BRIEF_EXAMPLE]}


class CustomersView(ApiView):
    """The list."""

    scopes: ClassVar = {"GET": Scope.CUSTOMERS_READ}

    @extend_schema(
        operation_id="list_customers",
        summary=_("Find customers"),
        parameters=[CustomerQuery],
        responses=page_of(BriefCustomerSerializer),
        examples=[OpenApiExample("page", value=_PAGE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Customers of the system's unit by code, those that fit everything asked for."""
        query = CustomerQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        pages = Pages()
        page: Any = pages.paginate_queryset(found(self.user, query.validated_data), request, self)
        return pages.get_paginated_response(BriefCustomerSerializer(page, many=True).data)


class CustomerView(ApiView):
    """One file."""

    scopes: ClassVar = {"GET": Scope.CUSTOMERS_READ}

    @extend_schema(
        operation_id="read_customer",
        summary=_("Read one customer's file"),
        parameters=[CODE],
        responses=CustomerSerializer,
        examples=[OpenApiExample("file", value=_BRIEF_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, code: str) -> Response:
        """The file a code, an account number or the code of a merged file means."""
        customer = named(self.user, code)
        if customer is None:
            raise Http404
        return Response(CustomerSerializer(customer).data)
