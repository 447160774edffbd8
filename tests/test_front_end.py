"""The front-end files: vendored ones are what the manifest says, icons exist, colours contrast."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from core.templatetags.charts import ENGINE
from tests.code import BASE_DIR, files
from tools import tokens

STATIC = BASE_DIR / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "MANIFEST.json").read_text())
NOTHING_TO_SEE = {"MANIFEST.json"}


def test_every_vendored_file_is_what_the_manifest_says():
    hashes = {entry["file"]: entry["sha256"] for entry in MANIFEST}
    found = {
        path.relative_to(BASE_DIR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [*VENDOR.iterdir(), *(BASE_DIR / "tests" / "browser").glob("*.js")]
        if path.name not in NOTHING_TO_SEE
    }
    assert found == hashes


def test_the_manifest_has_the_pinned_versions_and_a_licence():
    package = json.loads((BASE_DIR / "package.json").read_text())
    pinned = package["dependencies"] | {"axe-core": package["devDependencies"]["axe-core"]}
    assert {entry["package"]: entry["version"] for entry in MANIFEST} == pinned
    assert all(entry["licence"] for entry in MANIFEST)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", v) for v in pinned.values())


def test_the_lock_file_names_no_registry():
    lock = json.loads((BASE_DIR / "package-lock.json").read_text())
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in entry for entry in packages)
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)


def _icons_used() -> set[str]:
    used = set()
    for path in [*files("*.html", "templates"), *files("*.py", "workspace")]:
        text = path.read_text()
        used |= set(re.findall(r'\{% icon "([\w-]+)"', text))
        used |= set(re.findall(r'<c-empty icon="([\w-]+)"', text))
        used |= set(re.findall(r'\{% chip "\w*" \S+ "([\w-]+)"', text))
    return used


def test_every_icon_in_a_page_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "icons.svg").read_text()))
    assert len(_icons_used()) > 20
    assert _icons_used() - sprite == set()
    assert sprite == set((BASE_DIR / "tools" / "icons.txt").read_text().split())


@pytest.mark.parametrize("palette", [tokens.LIGHT, tokens.DARK], ids=["light", "dark"])
def test_colours_have_the_contrast_people_need(palette: tokens.Palette):
    assert tokens.failures(palette) == []
    assert tokens.failures({**palette, "text3": palette["surface"]}) != []


def test_the_colours_in_use_are_those_of_the_source():
    assert (STATIC / "css" / "tokens.css").read_text() == tokens.stylesheet()


def zipped(*paths: Path) -> int:
    """Bytes of the files as they travel."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_styles_and_scripts_stay_small():
    others = {"charts.js", "admin-theme.js"}  # come by themselves, or elsewhere
    scripts = [path for path in (STATIC / "js").iterdir() if path.name not in others]
    styles = staticfiles_storage.path(staticfiles_storage.stored_name("css/app.css"))
    sizes = zipped(Path(styles)), zipped(*scripts, *VENDOR.glob("htmx-*.js"))
    assert min(sizes) > 5 * 1024
    assert sum(sizes) < 45 * 1024


def test_the_charts_stay_within_theirs():
    charts = [STATIC / "js" / "charts.js", STATIC / ENGINE]
    assert 100 * 1024 < zipped(*charts) < 230 * 1024
