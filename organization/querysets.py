"""Which units, users and requests for approval."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from organization.models import Approval, OrgUnit, SecurityEvent, User  # noqa: F401  # of a queryset


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    """Units of the tree."""

    def below(self, unit: "OrgUnit") -> Self:
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)

    def by_code(self, code: str) -> "OrgUnit | None":
        """The one of that code among them; None where there is none, for any text."""
        return None if not code or "\0" in code else self.filter(code=code).first()

    def visible_to(self, user: "User") -> Self:
        """The user's home unit and below; all for administrators."""
        if user.is_administrator:
            return self
        return self.filter(path__startswith=user.org_unit.path) if user.org_unit else self.none()


class UserManager(BaseUserManager["User"]):
    """Users by user name."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password the account waits for its invitation."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class SecurityEventQuerySet(models.QuerySet["SecurityEvent"]):
    """What happened around signing in."""

    def of(self, user: "User") -> Self:
        """One person's own."""
        return self.filter(user=user)


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Requests for approval."""

    def visible_to(self, user: "User") -> Self:
        """One's own, and those one's unit or a unit below was asked and one may decide."""
        if not user.is_active:
            return self.none()
        return self.filter(Q(asked_by=user) | self._within_authority(user))

    def waiting_for(self, user: "User") -> Self:
        """Those that wait for the person's own unit and that the person may decide."""
        asked = self.filter(state="waiting", addressee=user.org_unit_id).exclude(asked_by=user)
        return asked.filter(self._within_authority(user))

    def waiting_below(self, user: "User") -> Self:
        """Those that wait for a unit below and that the person may decide as well."""
        asked = self.filter(state="waiting").exclude(addressee=user.org_unit_id)
        return asked.exclude(asked_by=user).filter(self._within_authority(user))

    def _within_authority(self, user: "User") -> Q:
        """Asked of the person's unit or below, of a kind and amount that their level decides."""
        unit = user.org_unit
        if not user.is_active or unit is None or user.role not in _DECIDING:
            return Q(pk__in=[])
        limits: Any = self.model._meta.apps.get_model("organization", "AuthorityLimit")
        enough = Q(most=None) | Q(most__gte=OuterRef("amount"))
        level = limits.objects.filter(enough, level=unit.level, kind=OuterRef("kind"))
        found = Q(Exists(level), addressee__path__startswith=unit.path)
        kinds = _DECIDING[user.role]
        return found & Q(kind__in=kinds) if kinds else found


# Who decides for a unit, and which kinds; None: all of them.
_DECIDING: dict[str, tuple[str, ...] | None] = {
    "unit_manager": None,
    "finance": ("credit_limit", "write_off"),
}
