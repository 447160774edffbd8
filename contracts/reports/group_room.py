"""What the limit of a group leaves to one of its members (B11)."""

from decimal import Decimal

from django.db import connection

from customers.models import Customer


def group_room(customer: Customer) -> Decimal | None:
    """The limit of the nearest company above that has one, less those of its other members.

    None where nobody above has a limit. Members count whoever may see them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT contracts_group_room(%s)", [customer.pk])
        room: Decimal | None = cursor.fetchone()[0]
    return room
