"""Changes to people and to how they sign in."""

from organization.services.people import (
    deactivate,
    first_administrator,
    invitation_path,
    reactivate,
)

__all__ = ["deactivate", "first_administrator", "invitation_path", "reactivate"]
