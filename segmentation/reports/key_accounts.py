"""Who may become a key account and who is one (P27): by margin contribution, with loyalty."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from core.keyset import Order, read_amount
from core.models import Version
from core.rules import rate
from customers.models import Customer
from organization.models import Approval, ApprovalKind, User
from organization.permissions import Action, can
from segmentation.models import Classification, CompanyTotal, KeyAccount
from segmentation.rules.key_accounts import has_potential, kinds

CANDIDATES = Q(size="large") | Q(abc_class="A")
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One customer of the list, as of the last night, and what people decided or ask for."""

    customer: Customer
    revenue: Decimal | None
    margin: Decimal | None  # null also for who sees no margins
    share: Decimal | None  # of the company's margin, else of its revenue
    loyalty: Decimal | None
    kinds: tuple[str, ...]  # all that hold
    named: KeyAccount | None
    asked: Approval | None

    @property
    def kind_labels(self) -> list[str]:
        """The kinds in words."""
        return [str(Customer.KeyAccountKind(kind).label) for kind in self.kinds]


def candidates(customers: QuerySet[Customer], day: dt.date) -> QuerySet[Customer]:
    """Of these customers who is large or of class A, and not named on the day."""
    return customers.filter(CANDIDATES).exclude(Exists(_named(day)))


def named(customers: QuerySet[Customer], day: dt.date) -> QuerySet[Customer]:
    """Of these customers who is named a key account on the day."""
    return customers.filter(pk__in=KeyAccount.objects.in_force(day).values("customer"))


def asked(customers: QuerySet[Customer], user: User) -> QuerySet[Customer]:
    """Of these customers for whom it is asked, as far as the person sees the requests.

    A query of its own finds the requests, which are few: together with the customers the planner
    would begin with these.
    """
    return customers.filter(pk__in=list(_waiting(user).values_list("about", flat=True)))


def numbers(user: User, customers: QuerySet[Customer], day: dt.date) -> dict[str, int]:
    """How many of each, at most a thousand and one; two queries."""
    wanted = {
        "candidates": candidates(customers, day),
        "asked": asked(customers, user),
        "named": named(customers, day),
    }
    first, *others = (
        rows.order_by().values_list(Value(name))[: MOST_COUNTED + 1]
        for name, rows in wanted.items()
    )
    found = Counter(name for (name,) in first.union(*others, all=True))
    return {name: found[name] for name in wanted}


def order_for(user: User) -> Order:
    """The greatest contribution first: of margin, or of revenue for who sees no margins."""
    by = "margin" if can(user, Action.VIEW_MARGIN) else "revenue"
    return Order(by, descending=True, nullable=True, parse=read_amount)


def with_worth(customers: QuerySet[Customer], version: Version | None) -> QuerySet[Customer]:
    """The same customers with revenue, margin and loyalty of that night."""
    customers = customers.select_related("org_unit", "account_manager")
    if version is None:
        nothing = Value(None, output_field=DecimalField())
        return customers.annotate(revenue=nothing, margin=nothing, loyalty=nothing)
    night, scores = Q(figures__version=version), Q(scores__version=version)
    return customers.annotate(
        night=FilteredRelation("figures", condition=night),
        scored=FilteredRelation("scores", condition=scores),
    ).annotate(
        revenue=F("night__revenue_12m"), margin=F("night__margin_12m"), loyalty=F("scored__loyalty")
    )


def as_candidates(
    user: User, customers: Iterable[Any], version: Version | None, day: dt.date
) -> list[Candidate]:
    """Customers of `with_worth` as shown: four queries, however many."""
    customers = list(customers)
    ids = [customer.pk for customer in customers]
    of_night = Classification.objects.filter(version=version, customer__in=ids)
    reasons = dict(of_night.values_list("customer", "reasons"))
    people = ("asked_by", "approved_by")
    names = KeyAccount.objects.in_force(day).filter(customer__in=ids).select_related(*people)
    by_customer = {each.customer_id: each for each in names}
    waiting = _waiting(user).filter(about__in=ids).select_related("asked_by", "addressee")
    requests = {getattr(each, "about"): each for each in waiting}  # noqa: B009  # an annotation
    sees_margin = can(user, Action.VIEW_MARGIN)
    whole = _whole(version, by_margin=sees_margin)
    return [
        Candidate(
            customer=customer,
            revenue=customer.revenue,
            margin=customer.margin if sees_margin else None,
            share=rate(customer.margin if sees_margin else customer.revenue, whole),
            loyalty=customer.loyalty,
            kinds=kinds(
                is_named=customer.pk in by_customer,
                size=customer.size,
                is_potential=has_potential(reasons.get(customer.pk, [])),
            ),
            named=by_customer.get(customer.pk),
            asked=requests.get(customer.pk),
        )
        for customer in customers
    ]


def _named(day: dt.date) -> Any:
    return KeyAccount.objects.in_force(day).filter(customer=OuterRef("pk"))


def _waiting(user: User) -> QuerySet[Any, Any]:
    """The requests, each with the customer it is `about`."""
    rows = Approval.objects.visible_to(user).filter(
        kind=ApprovalKind.KEY_ACCOUNT, state=Approval.State.WAITING
    )
    about = Cast(KeyTextTransform("customer", "payload"), BigIntegerField())
    return rows.annotate(about=about)


def _whole(version: Version | None, *, by_margin: bool) -> Decimal | None:
    """What the company's customers bring; None where there is nothing to have a share of."""
    total = CompanyTotal.objects.filter(version=version).first()
    amount = None if total is None else total.margin_12m if by_margin else total.revenue_12m
    return amount if amount is not None and amount > 0 else None
