"""Pages and API reach rows of customers only through `visible_to`.

Read from the source: in a module that answers requests, a manager of a customer's model may be
asked for nothing but `visible_to`, and there is no SQL of its own.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tests.code import BASE_DIR, PACKAGES, files, short, tree

# Parts of an app that do not answer a request by themselves; what they read is handed to them,
# or is for the night and the command line. Everything else counts as a page.
BEHIND_THE_PAGES = {
    "models",
    "querysets",
    "rules",
    "services",
    "reports",
    "jobs",
    "imports",
    "exports",
    "management",
    "sql",
    "migrations",
    "apps",
}
EXEMPT = {  # module -> why it may ask without a user
    "customers/codes": "codes of imports: takes the actor and asks visible_to itself",
    "customers/keyed_import": "a part of imports: takes the actor and asks visible_to itself",
    "workspace/credit/standing": "a part of the query in which visible_to finds the customer",
    "workspace/demo/bank": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/credit": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/days": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/deals": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/dossiers": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/facts": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/hands": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/letters": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/loading": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/people": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/promises": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/service": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/statements": "answers no request: commands write it for everybody",
    "workspace/demo/work": "answers no request: commands write the demonstration for everybody",
    "workspace/demo/removal": "answers no request: a command of the owner of the tables",
    "workspace/statistics/dimensions": "names of what sums of visible rows stand for, by their ids",
    "workspace/statistics/figures": "sums around rows that visible_to has found",
    "workspace/statistics/safety": "customers of sums around rows that visible_to has found",
    "workspace/receivables/listing": "what customers that visible_to has found did since, by ids",
    "workspace/file/counts": "a part of the query in which visible_to finds the file",
    "workspace/file/state": "what is in files that visible_to has found, by their ids",
    "workspace/merging/comparison": "how much hangs on a file that visible_to has found, by its id",
    "workspace/merging/moving": "answers no request: what a worker does for a merge asked for",
    "workspace/merging/work": "answers no request: a worker does what asking.py has let through",
    "workspace/uploads/comparison": "rows an import has found for the person, by their numbers",
    "workspace/uploads/differences": "rows an import has just written for the person, by their ids",
    "workspace/uploads/work": "answers no request: a worker checks, takes and tidies up",
    "segmentation/overrides": "writes for a file that the page has found with visible_to",
    "segmentation/key_accounts": "writes for a file that the page has found with visible_to",
    "segmentation/simulation": "answers no request: a worker classes all customers, like the night",
    "workspace/my_day/facts": "what alerts that visible_to has found are about, by their numbers",
    "workspace/listing": "figures and overdue of customers that visible_to has found, by their ids",
}
NO_PAGES = {"core", "crm"}  # know no customer; the night, health and metrics count all rows
MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "shortcuts.get_object_or_404"}
WAYS_IN = {"visible_to", "none"}
RAW = {"cursor", "raw", "extra", "execute"}


def customer_models() -> set[str]:
    """Names of the models whose rows belong to customers."""
    return {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in PACKAGES and hasattr(model, "field_classes")
    }


def pages() -> list[Path]:
    """The modules that answer requests."""
    return [
        path
        for path in files("*.py", *(package for package in PACKAGES if package not in NO_PAGES))
        if not BEHIND_THE_PAGES & {path.stem, *path.relative_to(BASE_DIR).parts}
        and short(path).removesuffix(".py") not in EXEMPT
    ]


def shortcuts(source: ast.Module, models: set[str]) -> Iterator[str]:
    """Every place that reaches rows past `visible_to`, as it is written."""
    nodes = list(ast.walk(source))
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    scoped = {id(node.value) for node in attributes if node.attr in WAYS_IN}
    for node in attributes:
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        past = node.attr in MANAGERS and owner in models and id(node) not in scoped
        if past or node.attr in RAW:
            yield f"line {node.lineno}: {ast.unparse(node)}"
    for node in nodes:
        called = ast.unparse(node.func) if isinstance(node, ast.Call) and node.args else ""
        if called in SHORTCUTS and ast.unparse(node.args[0]) in models:
            yield f"line {node.lineno}: {ast.unparse(node)}"


def test_pages_reach_rows_only_through_what_the_person_may_see():
    models = customer_models()
    found = {short(path): list(shortcuts(tree(path), models)) for path in pages()}
    assert {path: places for path, places in found.items() if places} == {}


def test_the_pages_are_among_what_is_looked_at():
    looked_at = {short(path) for path in pages()}
    assert {
        "customers/views/file.py",
        "customers/forms/file.py",
        "customers/filters.py",
    } <= looked_at
    assert any(path.startswith("workspace/views") for path in looked_at)
    assert {path.split("/")[0] for path in looked_at} >= {"workspace", "customers", "organization"}


def test_exempt_modules_exist():
    assert {name for name in EXEMPT if not (BASE_DIR / f"{name}.py").exists()} == set()


@pytest.mark.parametrize(
    "line",
    [
        "Customer.objects.all()",
        "Customer.objects.get(pk=pk)",
        "Contact.objects.filter(customer=pk)",
        "found = Waybill.objects",
        "get_object_or_404(Customer, pk=pk)",
        "connection.cursor()",
        "Customer.objects.visible_to(user).raw('SELECT 1')",
        "PlanLine._base_manager.first()",
    ],
)
def test_a_way_past_is_found(line: str):
    assert list(shortcuts(ast.parse(line), customer_models()))


@pytest.mark.parametrize(
    "line",
    [
        "Customer.objects.visible_to(user).filter(pk=pk)",
        "Customer.objects.visible_to(user).unmerged()",
        "Version.objects.current()",
        "get_object_or_404(Customer.objects.visible_to(user), pk=pk)",
        "customer.contacts.all()",
        "Customer.objects.none()",
    ],
)
def test_the_way_in_is_not_taken_for_one(line: str):
    assert not list(shortcuts(ast.parse(line), customer_models()))
