"""Service levels, rebates and work beyond a contract. The contract is locked first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Commitment, Contract, ExtraWork, RebateStep
from contracts.rules.contracts import UNSIGNED
from contracts.services.contracts import contract_to_write
from core.errors import RefusedError
from organization.models import User


@transaction.atomic
def set_levels(contract: Contract, levels: Mapping[str, Decimal], *, actor: User) -> None:
    """Promise these service levels and no others; what was measured of one that stays stays."""
    contract = contract_to_write(contract, actor)
    kept = Commitment.objects.filter(contract=contract)
    kept.exclude(measure__in=levels).delete()
    for measure, agreed in levels.items():
        Commitment.objects.update_or_create(
            contract=contract,
            measure=measure,
            defaults={"agreed": agreed, "customer_id": contract.customer_id},
        )


@transaction.atomic
def set_rebate(
    contract: Contract, steps: Sequence[tuple[Decimal, Decimal]], *, actor: User
) -> None:
    """These steps of the year-end rebate and no others: (from revenue, rate)."""
    contract = contract_to_write(contract, actor)
    RebateStep.objects.filter(contract=contract).delete()
    RebateStep.objects.bulk_create(
        RebateStep(
            contract=contract, customer_id=contract.customer_id, from_revenue=first, rate=rate
        )
        for first, rate in steps
    )


@transaction.atomic
def keep_extra_work(work: ExtraWork) -> None:
    """Keep what was done beyond a contract. RefusedError while that is a draft or in review."""
    contract = Contract.objects.select_for_update(no_key=True).get(pk=work.contract_id)
    if contract.stage in UNSIGNED:
        raise RefusedError(_("Nothing is beyond a contract that nobody has signed."))
    work.save()
