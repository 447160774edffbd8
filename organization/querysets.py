"""Which units and users."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from organization.models import OrgUnit, User


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
