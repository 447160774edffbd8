"""Which customers a list shows: one filter set for pages, exports and the API."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.reports.search import fitting
from organization.access import user_of
from organization.models import OrgUnit, User


def _visible_units(request: HttpRequest) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.visible_to(user_of(request)).order_by("path")


def _visible_managers(request: HttpRequest) -> QuerySet[User]:
    """Account managers of the units the person sees."""
    units = _visible_units(request).order_by().values("pk")
    return User.objects.filter(role=User.Role.ACCOUNT_MANAGER, org_unit__in=units).order_by("name")


class CustomerFilter(django_filters.FilterSet):
    """Search box and filters of the customer list."""

    q = django_filters.CharFilter(method="search", label=_("Name or code"), max_length=200)
    tier = django_filters.ChoiceFilter(choices=Customer.Tier.choices, empty_label=_("Any tier"))
    abc = django_filters.ChoiceFilter(
        field_name="abc_class", choices=Customer.AbcClass.choices, empty_label=_("Any ABC class"),
        label=_("ABC class"),
    )  # fmt: skip
    grade = django_filters.ChoiceFilter(
        field_name="value_grade", choices=Customer.ValueGrade.choices,
        empty_label=_("Any value grade"), label=_("value grade"),
    )  # fmt: skip
    key_account = django_filters.ChoiceFilter(
        field_name="key_account_kind", choices=Customer.KeyAccountKind.choices,
        empty_label=_("Any key-account kind"), label=_("key-account kind"),
    )  # fmt: skip
    lifecycle = django_filters.ChoiceFilter(
        choices=Customer.Lifecycle.choices, empty_label=_("Any lifecycle")
    )
    health = django_filters.ChoiceFilter(
        choices=Customer.Health.choices, empty_label=_("Any health")
    )
    status = django_filters.ChoiceFilter(
        choices=Customer.Status.choices, empty_label=_("Any status")
    )
    unit = django_filters.ModelChoiceFilter(
        method="in_unit", queryset=_visible_units, to_field_name="code",
        empty_label=_("Any unit"), label=_("unit"),
    )  # fmt: skip
    manager = django_filters.ModelChoiceFilter(
        field_name="account_manager", queryset=_visible_managers, to_field_name="username",
        empty_label=_("Any manager"), label=_("account manager"),
    )  # fmt: skip

    class Meta:
        model = Customer
        fields: list[str] = []

    def search(self, queryset: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        """What the command palette finds by the same text."""
        text = text.strip()
        return queryset.filter(fitting(user_of(self.request), text)) if text else queryset

    def in_unit(
        self, queryset: QuerySet[Customer], _name: str, unit: OrgUnit
    ) -> QuerySet[Customer]:
        """The unit and everything below it."""
        return queryset.filter(org_unit__in=OrgUnit.objects.below(unit).values("pk"))
