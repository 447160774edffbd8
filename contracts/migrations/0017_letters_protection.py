"""Who reaches letters and charged interest, their history, and the templates to begin with."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from core.protection import secure_rows, track_history

TEMPLATES = (  # stage, language, subject, before the lines, after them
    (
        "reminder",
        "zh-hans",
        "付款提醒：{customer} 到期运费 {amount}",
        "{customer}：\n\n感谢贵司一直以来的信任与支持。截至 {today}，我司账面显示贵司有 {count} 笔运费已到期"
        "尚未收到，合计 {amount}，最早一笔应付日为 {oldest}。明细如下：",
        "烦请于 {pay_by} 前安排付款。如款项已经付出，请忽略本函；如对账目有疑问，请与我司客户经理联系，"
        "我们将尽快核对。\n\n{company}\n{today}",
    ),
    (
        "reminder",
        "en",
        "Reminder: {amount} of freight is due, {customer}",
        "To the accounts department of {customer}\n\nThank you for shipping with us. By {today} we have"
        " not yet received {count} payments that have fallen due, {amount} in all; the earliest was due"
        " on {oldest}:",
        "Please arrange the payment by {pay_by}. If it is on its way, this letter needs no answer. If"
        " anything is unclear, your account manager will look into it with you.\n\n{company}\n{today}",
    ),
    (
        "demand",
        "zh-hans",
        "催款函：{customer} 逾期运费 {amount}",
        "{customer}：\n\n截至 {today}，贵司仍有 {count} 笔运费逾期未付，合计 {amount}，最长已逾期 {days} 天。"
        "此前我司已作提醒，至今尚未收到款项。明细如下：",
        "请于 {pay_by} 前付清上述款项，或书面告知付款安排。截至今日的逾期利息为 {interest}，供参考，暂不计入"
        "应付金额。届时仍未付款的，我司将调整贵司的月结额度，后续货物需现付发运。\n\n{company}\n{today}",
    ),
    (
        "demand",
        "en",
        "Demand for payment: {amount} overdue, {customer}",
        "To the accounts department of {customer}\n\nBy {today}, {count} payments of {amount} in all are"
        " overdue, the oldest for {days} days. We have reminded you before and have not received them:",
        "Please pay by {pay_by}, or tell us in writing when you will. Interest for late payment comes to"
        " {interest} by today; it is for your information and not yet part of the amount. Without a"
        " payment we will reduce your credit and carry against payment only.\n\n{company}\n{today}",
    ),
    (
        "final",
        "zh-hans",
        "最后催告函：{customer} 逾期运费 {amount}",
        "{customer}：\n\n经多次催告，截至 {today}，贵司仍有 {count} 笔运费未付，合计 {amount}，最早一笔应付日为"
        " {oldest}，已逾期 {days} 天。明细如下：",
        "这是我司的最后一次书面催告。请务必于 {pay_by} 前付清全部款项。逾期不付的，我司将停止为贵司承运，并通过"
        "法律途径追索欠款、逾期利息（截至今日为 {interest}）及由此产生的费用。\n\n{company}\n{today}",
    ),
    (
        "final",
        "en",
        "Last demand: {amount} overdue, {customer}",
        "To the management of {customer}\n\nIn spite of our demands, {count} payments of {amount} in all"
        " are still missing by {today}. The earliest was due on {oldest}, {days} days ago:",
        "This is our last demand in writing. Please pay everything by {pay_by}. After that day we stop"
        " carrying for you and claim the debt, interest for late payment ({interest} by today) and our"
        " costs by law.\n\n{company}\n{today}",
    ),
)  # fmt: skip


def write_templates(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """One a stage and language."""
    template: Any = apps.get_model("contracts", "LetterTemplate")
    for stage, language, subject, opening, closing in TEMPLATES:
        template.objects.create(
            stage=stage, language=language, subject=subject, opening=opening, closing=closing
        )


class Migration(migrations.Migration):
    """Policies, triggers and first rows."""

    dependencies = [
        ("contracts", "0016_letters_and_interest"),
        ("customers", "0015_merge_protection"),
        ("core", "0001_history"),
    ]
    operations = [
        secure_rows("contracts_letter"),
        track_history("contracts_letter", customer="customer_id"),
        secure_rows("contracts_interestcharge"),
        track_history("contracts_lettertemplate", customer=""),
        migrations.RunPython(write_templates, migrations.RunPython.noop),
    ]
