"""Who works here, and how they sign in."""

from organization.models.people import Department, Deputy, OrgUnit, User
from organization.models.sign_in import (
    RecoveryCode,
    SecondFactor,
    SecurityEvent,
    Session,
    SignInTry,
)

__all__ = [
    "Department",
    "Deputy",
    "OrgUnit",
    "RecoveryCode",
    "SecondFactor",
    "SecurityEvent",
    "Session",
    "SignInTry",
    "User",
]
