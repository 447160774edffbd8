"""How far each level decides by itself."""

from django.contrib import admin

from organization.admin.again import AskedAgainAdmin
from organization.models import AuthorityLimit


@admin.register(AuthorityLimit)
class AuthorityLimitAdmin(AskedAgainAdmin[AuthorityLimit]):
    """Limits by kind and level; each change is in the history."""

    list_display = ["kind", "level", "most"]
    list_display_links = ["kind", "level"]
    list_filter = ["kind", "level"]
