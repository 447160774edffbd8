"""Whose parcels the demonstration refuses: by the facts, one stopped by hand, one released."""

from decimal import Decimal

from django.conf import settings

from contracts.models import CreditState
from contracts.rules.credit import ReleaseWish
from contracts.services.credit import hold_credit, keep_credit, release_credit
from customers.models import Customer
from organization.models import User
from workspace.demo.seasons import DAY
from workspace.demo.world import World

_WHY_RELEASED = "客户承诺本周三前付清最老一笔，旺季备货不能断，先放行"
_WHY_HELD = "连续两张承兑汇票退票，财务要求先停发，收到现款再议"
_RELEASED_FOR = 6


def write_credit(world: World) -> None:
    """Judge everybody, then let two people decide about two customers."""
    keep_credit(Customer.objects.order_by().values_list("pk", flat=True), cause="facts")
    clerk = User.objects.filter(role=User.Role.FINANCE).order_by("pk").first()
    head = User.objects.filter(role=User.Role.UNIT_MANAGER, org_unit__level="group").first()
    managed = CreditState.objects.filter(
        currency=settings.COMPANY_CURRENCY, customer__account_manager__is_active=True
    ).select_related("customer__account_manager")
    waiting = managed.filter(state="hold").order_by("-exposure", "pk").first()
    if waiting is not None and head is not None and waiting.customer.account_manager is not None:
        more = (waiting.exposure / 10).quantize(Decimal(1000)) + 10_000
        release_credit(
            waiting.customer,
            ReleaseWish(more, world.first_day + _RELEASED_FOR * DAY, _WHY_RELEASED),
            asked_by=waiting.customer.account_manager,
            approved_by=head,
            today=world.first_day,
        )
    doubtful = managed.filter(state="watch").order_by("-overdue", "pk").first()
    if doubtful is not None and clerk is not None:
        hold_credit(doubtful.customer, reason=_WHY_HELD, actor=clerk, today=world.first_day)
