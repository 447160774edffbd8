"""What the demonstration shows on the first page one opens."""

import datetime as dt
import io

import pytest
from django.core.management import call_command

from organization.models import User
from workspace.my_day.queue import queue
from workspace.my_day.scope import scope_of
from workspace.tests.test_demo import FIRST_DAY, demo  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_manager_and_the_head_of_the_branch_find_the_stories(demo: None) -> None:  # noqa: F811  # the fixture
    call_command("nightly", as_of=FIRST_DAY, stdout=io.StringIO())
    for name in ("linxiao", "zhaohong"):
        scope = scope_of(User.objects.get(username=name), "")
        first = {
            group.kind: [row.customer.short_name for row in group.rows]
            for group in queue(scope, FIRST_DAY + dt.timedelta(1)).groups
        }
        assert first["payment_due"][0] == "顺达汽配"  # the slow payer
        assert first["volume_drop"][0] == "云杉电商"  # the key account that fades
        assert "云杉电商" in first["low_score"]
