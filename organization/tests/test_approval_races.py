"""Two people decide at once: one of them does, in every round (R9)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from core.errors import RefusedError
from organization.models import Approval, User
from organization.services.approvals import approve, ask_approval, refuse, withdraw
from tests.cast import make_cast

ROUNDS = 8


@pytest.mark.django_db(transaction=True)
def test_of_those_who_decide_at_once_exactly_one_does():
    cast = make_cast()
    for number in range(ROUNDS):
        asked = ask_approval(
            kind="credit_limit", unit=cast.east_outlet, amount=Decimal(250_000), subject="ACME",
            url="/", key=f"credit_limit:{number}", reason="x", payload={}, actor=cast.alice,
        )  # fmt: skip

        def decide(place: int, asked: Approval = asked) -> bool:
            people: list[User] = [cast.bruno, cast.fiona, cast.alice]
            try:
                if people[place] == cast.alice:
                    withdraw(asked, actor=cast.alice)
                elif place:
                    refuse(asked, reason="no", actor=people[place])
                else:
                    approve(asked, reason="", actor=people[place])
            except RefusedError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(decide, range(3))) == 1
        asked.refresh_from_db()
        assert asked.state != Approval.State.WAITING
