"""Every word the product says exists in Chinese, and the compiled catalogue is the written one."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.catalogues import Entry, read_po
from tests.code import BASE_DIR, PACKAGES

CATALOGUE = BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def unfinished(entries: list[Entry]) -> list[str]:
    return [entry.message for entry in entries if entry.fuzzy or not all(entry.strings)]


def test_no_message_is_empty_or_fuzzy() -> None:
    assert unfinished(read_po(CATALOGUE)) == []


def test_the_compiled_catalogue_is_up_to_date() -> None:
    compiled = CATALOGUE.with_suffix(".mo")
    with compiled.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    have = {key if isinstance(key, str) else key[0]: text for key, text in catalogue.items() if key}
    want = {entry.key: entry.strings[0] for entry in read_po(CATALOGUE)}
    assert have == want, "run: script/manage compilemessages"


def test_placeholders_survive_translation() -> None:
    names = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    lost = [
        entry.message
        for entry in read_po(CATALOGUE)
        for text in entry.strings
        if text and set(names.findall(text)) - set(names.findall(entry.message + entry.plural))
    ]
    assert lost == []


def gather(folder: Path) -> Path:
    """A catalogue of everything in the sources, merged with the committed translations."""
    for name in (*PACKAGES, "templates"):
        if (BASE_DIR / name).exists():
            skipped = shutil.ignore_patterns("tests", "migrations", "__pycache__")
            shutil.copytree(BASE_DIR / name, folder / name, ignore=skipped)
    shutil.copytree(BASE_DIR / "locale", folder / "locale")
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-obsolete"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": ""}
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    return folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def test_every_message_of_the_sources_is_translated(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None and os.environ.get("CI") != "true":
        pytest.skip("gettext is not installed: script/setup installs it")
    entries = read_po(gather(tmp_path / "sources"))
    assert len(entries) > 20
    assert unfinished(entries) == []


def test_an_empty_and_a_fuzzy_message_are_found(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr "Language: zh"\n\n#, fuzzy\nmsgid "One"\nmsgstr "一"\n\n'
        'msgid "Two"\nmsgstr ""\n\nmsgctxt "c"\nmsgid "Th"\n"ree"\nmsgstr "三"\n'
    )
    entries = read_po(path)
    assert unfinished(entries) == ["One", "Two"]
    assert [entry.key for entry in entries] == ["One", "Two", "c\x04Three"]
