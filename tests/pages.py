"""A person's browser without a browser, and what stands on a page."""

import re

from django.http import HttpResponse
from django.test import Client

from organization.models import User


def client_of(person: User) -> Client:
    """A client signed in as the person."""
    client = Client()
    client.force_login(person)
    return client


def text_of(response: HttpResponse) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))
