"""Changes to people: invitations, leaving."""

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from organization.models import SecurityEvent, Session, User
from organization.services.events import note_event

FIRST_ADMINISTRATOR = "admin"


def invitation_path(user: User) -> str:
    """The path where the user sets a password: works once, for PASSWORD_RESET_TIMEOUT seconds."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return reverse("invitation", kwargs={"uidb64": uid, "token": token})


@transaction.atomic
def first_administrator() -> User | None:
    """The administrator to invite, made if there is none; None when one can already sign in."""
    administrators = User.objects.select_for_update().filter(role=User.Role.ADMINISTRATOR)
    active = [user for user in administrators.order_by("pk") if user.is_active]
    if any(user.has_usable_password() for user in active):
        return None
    if active:
        return active[0]
    name = FIRST_ADMINISTRATOR
    number = 1
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{FIRST_ADMINISTRATOR}{number}"
    return User.objects.create_user(name, role=User.Role.ADMINISTRATOR)


@transaction.atomic
def deactivate(user: User, *, actor: User | None = None) -> None:
    """The person is out at once: every session ends, and a return needs a new invitation."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Session.objects.filter(user=user).delete()
    note_event(None, SecurityEvent.Kind.ACCESS_ENDED, user, actor=actor)


@transaction.atomic
def reactivate(user: User, *, actor: User | None = None) -> None:
    """The person may come back by the next invitation."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    note_event(None, SecurityEvent.Kind.ACCESS_GIVEN, user, actor=actor)
