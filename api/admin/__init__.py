"""What an administrator sets about the API."""

from api.admin import keys  # noqa: F401  # registers itself
