"""Which units and users."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from organization.models import OrgUnit, SecurityEvent, User  # noqa: F401  # of a queryset


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    """Units of the tree."""

    def below(self, unit: "OrgUnit") -> Self:
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)

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
