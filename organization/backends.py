"""Who a session belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from organization.models import User


class PasswordBackend(ModelBackend):
    """Django's user name and password; a request's user comes with the home unit in one query."""

    def get_user(self, user_id: int) -> User | None:
        """The person, or None when unknown or without access."""
        user = User.objects.select_related("org_unit").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the account has access and is a person's: systems only have keys."""
        return super().user_can_authenticate(user) and not user.is_system
