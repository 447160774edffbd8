"""What an administrator sets about the API."""

from api.admin import calls, keys, webhooks  # noqa: F401  # they register themselves
