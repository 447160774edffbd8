"""Keys of systems, what they call and are answered, and what they are told by themselves."""

from api.models.calls import CallCount, FailedCall
from api.models.changes import Change
from api.models.kept import KeptAnswer
from api.models.keys import ApiKey, Scope
from api.models.webhooks import Attempt, Delivery, Endpoint

__all__ = [
    "ApiKey",
    "Attempt",
    "CallCount",
    "Change",
    "Delivery",
    "Endpoint",
    "FailedCall",
    "KeptAnswer",
    "Scope",
]
