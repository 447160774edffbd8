"""The README promises nothing that is not there, and leaves out no setting and no dependency."""

import ast
import re

from django.core.management import get_commands

from tests.code import BASE_DIR, files, tree
from tests.test_architecture import pinned

README = BASE_DIR / "README.md"
READERS = {
    "env_text",
    "env_list",
    "env_networks",
    "env_bool",
    "env_int",
    "env_choice",
    "getenv",
    "get",
}
INTERNAL = {  # how our own processes tell each other something; not for people to set
    "YIHU_DB_ROLE",
    "YIHU_EMBEDDED_FRAGILE",
    "YIHU_TEST_RUN",
    "DJANGO_SETTINGS_MODULE",
    "PATH",
    "REMOTE_ADDR",  # of a request
}


def test_every_command_it_names_exists() -> None:
    text = README.read_text()
    scripts = set(re.findall(r"script/([a-z]+)", text))
    assert {"server", "test", "manage", "check", "bench", "drill", "setup"} <= scripts
    assert {name for name in scripts if not (BASE_DIR / "script" / name).exists()} == set()
    commands = set(re.findall(r"script/manage ([a-z_]+)", text))
    assert commands - set(get_commands()) == set()


def settings_read() -> set[str]:
    """The environment variables that the product reads by name."""
    return {
        node.args[0].value
        for path in files("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and re.fullmatch(r"[A-Z][A-Z_]{2,}", str(node.args[0].value))
    } - INTERNAL


def test_every_setting_stands_in_its_table() -> None:
    read = settings_read()
    assert {"DATABASE_URL", "YIHU_SECRET_KEY", "YIHU_LOCAL"} <= read
    table = set(re.findall(r"^\| *`([A-Z_]+)`", README.read_text(), re.MULTILINE))
    assert table == read | {"YIHU_PYTHON", "PUBLIC_DATA_DIR"}


def test_every_dependency_says_what_it_is_for() -> None:
    text = README.read_text().lower()
    assert [name for name in pinned("requirements.txt") if f"`{name}`" not in text] == []
