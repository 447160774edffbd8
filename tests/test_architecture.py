"""The laws of the code that no linter knows. A new file that breaks one fails here, by name."""

import ast
import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.code import BASE_DIR, DOMAIN_APPS, PACKAGES, files, short, tree

# The anatomy of an app, in the order in which the parts may use each other.
ANATOMY = {
    "urls",
    "views",
    "admin",
    "forms",
    "filters",
    "jobs",
    "imports",
    "exports",
    "services",
    "reports",
    "models",
    "querysets",
    "rules",
    "apps",
    "sql",
    "migrations",
    "management",
    "templatetags",
    "tests",
}
BEYOND_ANATOMY = {  # app/module -> why it is there
    "organization/permissions": "who may do what: the table of actions every app asks",
    "customers/access": "one customer of a request, or 404",
    "customers/choosing": "from what one types to one customer, for forms of the apps above",
    "customers/codes": "from the codes, account numbers and merged codes of a file to customers",
    "customers/data": "the official places of China, which a migration loads",
    "customers/groups": "the fields of a file in the groups of its page, as forms and pages use",
    "customers/messages": "the words for what the rules of the file ask for and find",
    "customers/keyed_import": "import of rows that hang on a customer, used by the apps above",
    "contracts/messages": "the words for service levels, on pages and in alerts",
    "segmentation/overrides": "tiers that people choose over those of the night",
    "segmentation/key_accounts": "customers that people name key accounts",
    "segmentation/decisions": "what both of these are: one at a time, by authority, ended",
    "segmentation/messages": "the words for reason codes that rules give",
    "surveys/messages": "the words for question codes of the library",
    "segmentation/charts": "the pictures of its page, made of reports",
    "surveys/charts": "the pictures of its pages, made of reports",
    "surveys/presentation": "scores with their words, as templates show them",
    "organization/access": "who asks in a request, and the refusal of what their role may not do",
    "organization/middleware": "language and the signed-in person's settings for a request",
    "organization/backends": "who a session belongs to, asked by Django for every request",
    "organization/sessions": "the session engine, named in the settings",
    "organization/sealing": "secrets as they are kept in the database",
    "organization/oidc": "single sign-on: what is said to the provider and what it answers",
    "customers/columns": "the columns of the tables that imports and exports share",
    "segmentation/simulation": "a draft run over the last night, by a worker",
    "segmentation/ruleset": "the versioned rule document: valid values, and its places in words",
    "segmentation/health": "network and health by night, beside the jobs",
    "segmentation/value_models": "the monthly fit of a model, for the night",
}
LONGEST_FILE = 400
TESTED = ("rules", "services", "reports", "views", "jobs", "imports", "exports")


def modules(app: str) -> set[str]:
    """The files and folders of an app that hold code."""
    folder = BASE_DIR / app
    return {
        path.stem
        for path in folder.glob("*")
        if not path.name.startswith("_") and (path.is_dir() or path.suffix == ".py")
    }


@pytest.mark.parametrize("app", [app for app in DOMAIN_APPS if (BASE_DIR / app).exists()])
def test_every_app_has_the_same_anatomy(app: str) -> None:
    named = {name.split("/")[1] for name in BEYOND_ANATOMY if name.startswith(f"{app}/")}
    assert modules(app) - ANATOMY - named == set()


def test_exceptions_from_the_anatomy_exist() -> None:
    missing = {name for name in BEYOND_ANATOMY if not list(BASE_DIR.glob(f"{name}*"))}
    assert missing == set()


def imported_by_tests() -> set[str]:
    """Every module that some test of the repository imports, dotted."""
    paths = [*BASE_DIR.glob("*/tests/**/*.py"), *BASE_DIR.glob("tests/**/*.py")]
    return set().union(*(imported(path) for path in paths))


@pytest.mark.parametrize("app", [app for app in DOMAIN_APPS if (BASE_DIR / app).exists()])
def test_every_part_that_decides_or_writes_is_tested(app: str) -> None:
    """By a test file named after it, or by one that imports it."""
    used = imported_by_tests()
    untested = {
        part
        for part in modules(app) & set(TESTED)
        if not list((BASE_DIR / app / "tests").glob(f"**/test_{part}*.py"))
        and not any(f"{name}.".startswith(f"{app}.{part}.") for name in used)
    }
    assert untested == set()


def test_no_file_is_longer_than_one_can_read() -> None:
    lengths = {short(path): len(path.read_text().splitlines()) for path in files("*.py")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_model_hides_work_in_save_or_delete() -> None:
    hidden = [
        f"{short(path)}: {owner.name}.{method.name}"
        for path in files("*.py")
        if path.stem == "models" or "models" in path.parts
        for owner in ast.walk(tree(path))
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete"}
    ]
    assert hidden == []


def imported(path: Path) -> set[str]:
    """Every module and name a file imports, dotted."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


FORBIDDEN = {
    "django.dispatch": "signals: call the service",
    "django.db.models.signals": "signals: call the service",
    "django.contrib.contenttypes.fields": "generic foreign keys",
    "threading.local": "thread-locals",
    "contextvars": "thread-locals in another dress",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_we_do_not_use_stays_away(name: str) -> None:
    users = [
        short(path)
        for path in files("*.py")
        if any(module == name or module.startswith(f"{name}.") for module in imported(path))
    ]
    assert users == [], FORBIDDEN[name]


def test_only_the_table_code_of_core_knows_pandas() -> None:
    users = {short(path) for path in files("*.py") if "pandas" in imported(path)}
    assert {path for path in users if not path.startswith("core/")} == set()


@pytest.mark.parametrize("app", [app for app in PACKAGES if (BASE_DIR / app).exists()])
def test_migrations_are_one_line_and_named_by_intent(app: str) -> None:
    paths = sorted((BASE_DIR / app / "migrations").glob("[0-9]*.py"))
    names = [path.stem for path in paths]
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert [name for name in names if "_auto_" in name or name.endswith("_alter")] == []
    for before, path in zip(names, paths[1:], strict=False):
        own = re.findall(rf"""\(\s*["']{app}["'],\s*["'](\d{{4}}_\w+)["']""", path.read_text())
        assert before in own, f"{short(path)} does not follow {before}"


def sql_files() -> list[Path]:
    return [path for path in files("*.sql") if "embedded" not in path.parts]


def test_every_sql_file_says_what_it_makes_reads_and_why_it_may_run_again() -> None:
    incomplete = {}
    for path in sql_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        comment = [line for line in lines if line.startswith("--")]
        header = " ".join(lines[: len(comment)]).lower()
        missing = [word for word in ("makes", "reads", "again") if word not in header]
        if missing or not lines[0].startswith("--"):
            incomplete[short(path)] = missing
    assert incomplete == {}


def statement(path: Path) -> str:
    """The SQL without comments."""
    return re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))


def test_sql_files_hold_one_statement_with_named_parameters_only() -> None:
    wrong = [
        short(path)
        for path in sql_files()
        if ";" in statement(path).strip().rstrip(";")
        or re.search(r"(?<!%)%(?!\(\w+\)s|%)", statement(path).replace("%%", ""))
    ]
    assert wrong == []


def pinned(name: str) -> dict[str, str]:
    """Package -> version of a requirements file."""
    lines = (BASE_DIR / name).read_text().splitlines()
    entries = [line for line in lines if line and not line.startswith(("#", "-r"))]
    assert [line for line in entries if "==" not in line] == []
    pairs = (line.split("==") for line in entries)
    return {package.lower().replace("_", "-"): version.split(";")[0] for package, version in pairs}


def test_everything_the_product_imports_is_a_requirement_of_its_own() -> None:
    assert undeclared(PACKAGES, "requirements.txt") == set()
    assert undeclared(["bench", "drill"], "requirements.txt", "requirements-dev.txt") == set()


def undeclared(packages: Iterable[str], *requirements: str) -> set[str]:
    """What these packages import although none of the requirements names it."""
    required = {name.replace("-", "_") for file in requirements for name in pinned(file)}
    distributions = packages_distributions()
    return {
        f"{short(path)}: {module}"
        for path in files("*.py", *packages)
        for module in {name.split(".")[0] for name in imported(path)} & distributions.keys()
        if module not in sys.stdlib_module_names
        and not {name.lower().replace("-", "_") for name in distributions[module]} & required
    }


def test_every_requirement_is_pinned_with_all_it_needs() -> None:
    frozen = pinned("constraints.txt")
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert pinned(name).items() <= frozen.items()
