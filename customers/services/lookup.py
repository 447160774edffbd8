"""Whether the company has a file somewhere, beyond what one sees: answered with the unit only."""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from organization.models import OrgUnit, User
from organization.permissions import Action, can

MOST_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A file somewhere and the unit that owns it; nothing else of it is told."""

    customer_id: int
    unit: OrgUnit


def look_up(text: str, *, actor: User) -> list[Found]:
    """Files of exactly this company: whole name, credit code or phone number. Each is recorded.

    RefusedError where the role may not, or more than MOST_AN_HOUR were asked in the last hour.
    """
    if not can(actor, Action.LOOK_UP):
        raise RefusedError(_("Your role may not do this."))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM customers_look_up(%s, %s)", [text, MOST_AN_HOUR])
            found = cursor.fetchall()
    except IntegrityError as error:
        if "too many look-ups" not in str(error):
            raise
        message = _("You have looked up {number} companies within an hour: go on later.")
        raise RefusedError(message.format(number=MOST_AN_HOUR)) from error
    units = OrgUnit.objects.in_bulk({unit for _pk, unit in found})
    return [Found(pk, units[unit]) for pk, unit in found]
