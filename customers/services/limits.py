"""How many customers one manager may have, and take from the pool in a day."""

from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer, ManagerLimit
from organization.models import User


def limit_of(manager: User) -> ManagerLimit:
    """The limits of the manager's level; the usual ones where none are kept."""
    level = manager.org_unit.level if manager.org_unit else ""
    return ManagerLimit.objects.filter(level=level).first() or ManagerLimit(level=level)


def require_receiver(manager: User) -> None:
    """RefusedError unless the person can look after customers."""
    if manager.role != User.Role.ACCOUNT_MANAGER or not manager.is_active:
        raise RefusedError(_("Choose an account manager who is active."))


def require_room(manager: User, more: int) -> None:
    """RefusedError when so many more would be too many for one manager.

    Counted are those that whoever acts may see.
    """
    most = limit_of(manager).most_customers
    if most is None or not more:
        return
    number = Customer.objects.filter(account_manager=manager, merged_into=None).count()
    if number + more > most:
        message = _(
            "{manager} has {number} of at most {most} customers:"
            " choose somebody else, or fewer customers."
        )
        raise RefusedError(message.format(manager=manager, number=number, most=most))
