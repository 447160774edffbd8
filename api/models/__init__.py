"""Keys of systems, and what they were answered."""

from api.models.kept import KeptAnswer
from api.models.keys import ApiKey, Scope

__all__ = ["ApiKey", "KeptAnswer", "Scope"]
