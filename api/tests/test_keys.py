"""Keys from the command line and in the administration; systems are no people."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from api.models import ApiKey
from customers.forms.contacts import colleagues_for
from organization.models import SecurityEvent, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("api_key", *words, stdout=out)
    return out.getvalue()


def test_a_key_is_made_listed_and_revoked_from_the_command_line(cast: Cast):
    text = run("create", "dispatch", "--scopes", "service:read,waybills:write", "--unit", "EAST")
    assert re.fullmatch(r"yihu_[a-z2-9]{10}_[\w-]{43}\n", text)
    prefix = text.split("_")[1]
    assert f"{prefix} dispatch EAST good - service:read,waybills:write" in run("list")
    run("revoke", prefix)
    assert f"{prefix} dispatch EAST closed" in run("list")
    assert list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "key_made",
        "key_revoked",
    ]


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("create", "Dispatch!", "--scopes", "admin"), "no name of a system"),
        (("create", "dispatch", "--scopes", "everything"), "Unknown scope"),
        (("create", "dispatch", "--scopes", ""), "Unknown scope"),
        (("create", "dispatch", "--scopes", "admin", "--unit", "NONE"), "no unit"),
        (("create", "known", "--scopes", "admin", "--unit", "WEST"), "stands at"),
        (("create", "dispatch", "--scopes", "admin", "--days", "0"), "whole numbers"),
        (("revoke", "nothing"), "no key"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(cast: Cast, words: tuple[str, ...], refusal: str):
    run("create", "known", "--scopes", "admin", "--unit", "EAST")
    with pytest.raises(CommandError, match=refusal):
        run(*words)
    assert ApiKey.objects.count() == 1


def test_an_administrator_makes_a_key_and_sees_it_once(cast: Cast):
    client = Client()
    client.force_login(cast.adam)
    form = {
        "name": "finance",
        "unit": cast.east.pk,
        "scopes": ["receipts:write"],
        "per_minute": "60",
    }
    page = client.post("/admin/api/apikey/add/", form, follow=True).content.decode()
    [text] = set(re.findall(r"yihu_\w+[\w-]+", page))
    key = ApiKey.objects.get()
    assert (key.user.username, key.created_by, key.per_minute) == ("api:finance", cast.adam, 60)
    again = client.get(f"/admin/api/apikey/{key.pk}/change/").content.decode()
    assert text.rpartition("_")[2] not in again
    other = client.post("/admin/api/apikey/add/", {**form, "unit": cast.west.pk})
    assert "stands at" in other.content.decode()
    client.post("/admin/api/apikey/", {"action": "revoke", "_selected_action": [key.pk]})
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_system_is_no_person_anywhere(cast: Cast):
    run("create", "dispatch", "--scopes", "admin", "--unit", "EAST-1")
    system = User.objects.get(role="system")
    client = Client()
    client.force_login(system)
    assert client.get("/").status_code == 302  # a session of a system is nobody's
    assert system not in colleagues_for(cast.bruno, cast.acme)
    admin = Client()
    admin.force_login(cast.adam)
    assert b"api:dispatch" not in admin.get("/admin/organization/user/").content
    assert b'value="system"' not in admin.get("/admin/organization/user/add/").content
