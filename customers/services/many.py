"""Changes of several customers at once: who looks after them, their tags.

Only what the actor sees is changed, and only what stands in their units goes to somebody else; the
history keeps each change by itself.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from customers.querysets import CustomerQuerySet
from customers.services.limits import require_receiver, require_room
from customers.services.places import hold_places
from organization.models import User
from organization.permissions import Action, can

MOST_AT_ONCE = 2_000
MOST_MOVED = 5_000
MOST_TAGS = 20


@transaction.atomic
def assign_manager(
    customers: QuerySet[Customer], manager: User, *, actor: User
) -> dict[int | None, list[int]]:
    """Put the customers into one manager's hands; ids of those that moved, by who had them.

    RefusedError where the role may not, or `manager` cannot look after customers.
    """
    require(actor, Action.ASSIGN_CUSTOMER)
    require_receiver(manager)
    hold_places()
    moved: dict[int | None, list[int]] = {}
    for pk, before in movable(customers, actor).values_list("pk", "account_manager"):
        if before != manager.pk:
            moved.setdefault(before, []).append(pk)
    ids = [pk for group in moved.values() for pk in group]
    require_room(manager, len(ids))
    Customer.objects.filter(pk__in=ids).update(account_manager=manager)
    return moved


@transaction.atomic
def give_back(before: dict[int | None, list[int]], *, now: User, actor: User) -> int:
    """Undo assign_manager where nobody has changed it since; how many went back."""
    require(actor, Action.ASSIGN_CUSTOMER)
    hold_places()
    ids = [pk for group in before.values() for pk in group]
    mine = Customer.objects.filter(pk__in=ids, account_manager=now)
    found = set(movable(mine, actor).values_list("pk", flat=True))
    for manager, group in before.items():
        back = Customer.objects.filter(pk__in=found.intersection(group))
        back.update(account_manager=manager)
    return len(found)


@transaction.atomic
def add_tag(customers: QuerySet[Customer], tag: str, *, actor: User) -> list[int]:
    """Put a tag on the customers; ids of those that did not have it. RefusedError as above."""
    require(actor, Action.EDIT_CUSTOMER)
    changed = []
    for customer in _seen(customers, actor).exclude(tags__contains=[tag]).only("tags"):
        if len(customer.tags) >= MOST_TAGS:
            message = _("A customer has at most {number} tags: take one away first.")
            raise RefusedError(message.format(number=MOST_TAGS))
        customer.tags = [*customer.tags, tag]
        changed.append(customer)
    return _written(changed)


@transaction.atomic
def remove_tag(customers: QuerySet[Customer], tag: str, *, actor: User) -> list[int]:
    """Take a tag away from the customers; ids of those that had it. RefusedError as above."""
    require(actor, Action.EDIT_CUSTOMER)
    changed = list(_seen(customers, actor).filter(tags__contains=[tag]).only("tags"))
    for customer in changed:
        customer.tags = [other for other in customer.tags if other != tag]
    return _written(changed)


def require(actor: User, action: Action) -> None:
    """RefusedError unless the role may."""
    if not can(actor, action):
        raise RefusedError(_("Your role may not do this."))


def movable(customers: QuerySet[Customer], actor: User) -> QuerySet[Customer]:
    """Those of the customers that the actor gives to others, locked: none that is only shared."""
    return _locked(customers, Customer.objects.headed_by(actor))


def _seen(customers: QuerySet[Customer], actor: User) -> QuerySet[Customer]:
    """Those of the customers that the actor sees, locked."""
    return _locked(customers, Customer.objects.visible_to(actor))


def _locked(customers: QuerySet[Customer], among: CustomerQuerySet) -> QuerySet[Customer]:
    """Those of the customers that are among others and not merged, locked in one order."""
    return (
        Customer.objects.filter(pk__in=customers.order_by().values("pk"))
        .filter(pk__in=among.unmerged().order_by().values("pk"))
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def _written(customers: Iterable[Customer]) -> list[int]:
    customers = list(customers)
    Customer.objects.bulk_update(customers, ["tags"], batch_size=1000)
    return [customer.pk for customer in customers]
