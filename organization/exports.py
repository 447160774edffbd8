"""Units and users as tables go out: what the import takes back unchanged."""

from core.tables.write import Exporter, ExportRequest, Rows
from organization.imports import OrgUnitImport, UserImport
from organization.models import OrgUnit, User


def unit_rows(request: ExportRequest) -> Rows:
    """The units the user may see, by code."""
    units = OrgUnit.objects.visible_to(request.user) if request.user else OrgUnit.objects.all()
    return units.order_by("code").values_list("code", "name", "level", "parent__code").iterator()


def user_rows(request: ExportRequest) -> Rows:
    """Everybody but administrators and systems, by user name; of the units the user may see."""
    users = User.objects.exclude(role__in=[User.Role.ADMINISTRATOR, User.Role.SYSTEM])
    if request.user:
        users = users.filter(org_unit__in=OrgUnit.objects.visible_to(request.user))
    columns = ("username", "name", "email", "org_unit__code", "role")
    return users.order_by("username").values_list(*columns).iterator()


ORG_UNITS = Exporter(OrgUnitImport.schema.columns, unit_rows)
USERS = Exporter(UserImport.schema.columns, user_rows)
