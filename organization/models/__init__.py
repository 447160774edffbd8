"""Who works here, how they sign in, and how far they decide by themselves."""

from organization.models.approvals import Approval, ApprovalKind, AuthorityLimit
from organization.models.calendar import CalendarDay
from organization.models.digest import Digest
from organization.models.people import Department, Deputy, OrgUnit, User
from organization.models.sign_in import (
    RecoveryCode,
    SecondFactor,
    SecurityEvent,
    Session,
    SignInTry,
)

__all__ = [
    "Approval",
    "ApprovalKind",
    "AuthorityLimit",
    "CalendarDay",
    "Department",
    "Deputy",
    "Digest",
    "OrgUnit",
    "RecoveryCode",
    "SecondFactor",
    "SecurityEvent",
    "Session",
    "SignInTry",
    "User",
]
