"""Setting up people and units, and how they sign in. Administrators see no customer here."""

from django.contrib import admin
from django.contrib.auth import admin as _auth_admin  # noqa: F401  # registers groups
from django.contrib.auth.models import Group

from organization.admin import authority, calendar, people, security, units  # noqa: F401  # they register themselves

admin.site.unregister(Group)  # the role decides, groups mean nothing here
