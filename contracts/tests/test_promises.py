"""Promises to pay (B8): the rule, what receipts make of them, alerts that wait."""

import datetime as dt
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from contracts import jobs, services
from contracts.models import Promise
from contracts.rules.promises import Money, Outcome, judge
from contracts.rules.promises import Promise as Said
from contracts.services import ReceiptEntry, Word
from contracts.tests.make import day, make_line
from core.errors import RefusedError
from customers.models import CreditEvent
from tests.cast import Cast

FIRST = dt.date(2025, 10, 10)
WORD = Said(FIRST, dt.date(2025, 10, 17), Decimal(100000))
PAID = [Money(dt.date(2025, 10, 12), Decimal(30000)), Money(WORD.counts_until, Decimal(66000))]


def test_the_worked_example():
    on_13, on_17 = (judge([WORD], PAID, day(when))[0] for when in ("2025-10-13", "2025-10-17"))
    assert (on_13.outcome, on_13.received) == (Outcome.OPEN, Decimal(30000))
    assert (on_17.outcome, on_17.decided_on) == (Outcome.KEPT, day("2025-10-17"))
    in_part = judge([WORD], PAID[:1], day("2025-10-18"))[0]
    assert (in_part.outcome, in_part.decided_on) == (Outcome.PARTIAL, day("2025-10-18"))
    assert judge([WORD], [], day("2025-10-18"))[0].outcome == Outcome.BROKEN


amounts = st.integers(1, 500).map(Decimal)
days = st.integers(0, 20).map(lambda n: FIRST + dt.timedelta(n))
words = st.builds(
    lambda made, length, amount: Said(made, made + dt.timedelta(length), amount),
    days, st.integers(0, 10), amounts,
)  # fmt: skip


@given(
    st.lists(words, max_size=4).map(lambda found: sorted(found, key=lambda each: each.made_on)),
    st.lists(st.builds(Money, days, amounts), max_size=6),
    days,
)
def test_no_cent_counts_twice_and_the_order_of_receipts_does_not_matter(promises, receipts, when):
    results = judge(promises, receipts, when)
    came = sum((each.amount for each in receipts if each.on <= when), Decimal(0))
    assert sum((each.received for each in results), Decimal(0)) <= came
    assert [each.received for each in judge(promises, receipts[::-1], when)] == [
        each.received for each in results
    ]
    for promise, result in zip(promises, results, strict=True):
        assert 0 <= result.received <= promise.amount
        assert (result.outcome == Outcome.KEPT) == (
            result.received >= promise.amount * Decimal("0.95")
        )


@pytest.fixture
def promised(cast: Cast) -> Cast:
    line = make_line(cast.acme, "L-1", "2025-09-30", "100000.00")
    word = Word(Decimal(100000), "CNY", day("2025-10-15"), line)
    services.make_promise(cast.acme, word, today=FIRST, actor=cast.alice)
    return cast


def states() -> list[tuple[str, Decimal]]:
    return list(Promise.objects.order_by("pk").values_list("state", "received"))


def evidence() -> list[tuple[str, Decimal, dt.date, str]]:
    return list(CreditEvent.objects.values_list("kind", "amount", "as_of", "text"))


@pytest.mark.django_db
def test_receipts_and_the_night_say_what_became_of_it(promised: Cast):
    for number, amount, when in (("R-1", 30000, "2025-10-12"), ("R-2", 66000, "2025-10-17")):
        assert states()[0][0] == "open"
        entry = ReceiptEntry(number, day(when), Decimal(amount))
        receipt = services.post_receipt(promised.acme, entry, today=day(when))
    assert states() == [("kept", Decimal("96000.00"))]
    assert evidence() == [("promise_kept", Decimal(100000), day("2025-10-17"), "L-1 · 2025-10-15")]
    services.reverse_receipt(receipt, on=day("2025-10-20"), reason="bounced")
    assert states() == [("partial", Decimal("30000.00"))]
    assert evidence() == []


@pytest.mark.django_db
def test_an_upgrade_puts_back_evidence_that_was_deleted_or_changed(promised: Cast):
    """Before, anybody who might edit the credit record could."""
    jobs.judge_promises(day("2025-10-18"))
    right = evidence()
    Promise.objects.update(evidence=None)
    CreditEvent.objects.all().delete()
    upgrade = import_module("contracts.migrations.0042_evidence_of_its_promise")
    for _time in range(2):
        with connection.cursor() as cursor:
            cursor.execute(upgrade.told.TELL)
            cursor.execute(upgrade.FOLLOW)
        assert evidence() == right
        assert CreditEvent.objects.get().of_promise
        CreditEvent.objects.update(of_promise=False, kind="promise_kept", text="Paid, I think")


@pytest.mark.django_db
def test_the_night_finds_a_promise_broken(promised: Cast):
    assert [jobs.judge_promises(day(f"2025-10-{n}")) for n in (17, 18, 19)] == [0, 1, 0]
    assert states() == [("broken", Decimal("0.00"))]
    assert evidence() == [
        ("promise_broken", Decimal(100000), day("2025-10-18"), "L-1 · 2025-10-15")
    ]
    # Money that came in time is found later: it was kept.
    entry = ReceiptEntry("R-1", day("2025-10-16"), Decimal(100000))
    services.post_receipt(promised.acme, entry, today=day("2025-10-20"))
    assert [row[0] for row in evidence()] == ["promise_kept"]


@pytest.mark.django_db
def test_alerts_wait_until_the_day_promised_and_go_on_after_it(promised: Cast):
    opened = {
        when: jobs.open_payment_alerts(day(when))
        for when in ("2025-10-09", "2025-10-14", "2025-10-15", "2025-10-16")
    }
    # +7 before the promise; +15 on 10-15 waits and is sent once the day is over.
    assert opened == {"2025-10-09": 1, "2025-10-14": 0, "2025-10-15": 0, "2025-10-16": 1}


@pytest.mark.django_db
def test_a_promise_for_all_that_is_overdue_holds_those_lines_only(cast: Cast):
    for number, due in (("OLD", "2025-09-30"), ("NEW", "2025-10-12")):
        make_line(cast.acme, number, due, "100.00")
    word = Word(Decimal(95), "CNY", day("2025-10-20"))
    assert services.make_promise(cast.acme, word, today=FIRST, actor=cast.alice).covers_overdue
    assert jobs.open_payment_alerts(day("2025-10-15")) == 1  # NEW was not overdue then
    services.cancel_promise(Promise.objects.get(), today=day("2025-10-16"), reason="never said")
    assert jobs.open_payment_alerts(day("2025-10-16")) == 1


@pytest.mark.django_db
def test_what_is_no_promise_is_refused_in_words(promised: Cast):
    first = Promise.objects.get()

    def say(amount="10", due="2025-10-20", line=None, **options):
        word = Word(Decimal(amount), "CNY", day(due), line)
        services.make_promise(promised.acme, word, today=FIRST, actor=promised.alice, **options)

    for refused, wrong in (
        ("gone by", {"due": "2025-10-09"}),
        ("approval of a head", {"due": "2025-11-10"}),
        ("Only 100000.00 CNY is open", {"amount": "100000.01"}),
        ("replace that one", {"line": first.line}),
    ):
        with pytest.raises(RefusedError, match=refused):
            say(**wrong)
    say(due="2025-11-10", is_approved=True)

    def again(before: Promise) -> Promise:
        word = services.Word(Decimal(5), "CNY", day("2025-10-21"))
        return services.replace_promise(before, word, today=FIRST, actor=promised.alice)

    third = again(again(first))
    with pytest.raises(RefusedError, match="replaced twice"):
        again(third)
    with pytest.raises(RefusedError, match="not open any more: Replaced"):
        services.cancel_promise(first, today=FIRST, reason="x")
