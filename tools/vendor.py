"""Copy the pinned front-end files from node_modules into static/vendor and record what they are.

The accessibility checker goes to the browser tests, the only ones to use it.

Refresh with `npm ci --ignore-scripts && python tools/vendor.py`. The result is committed: neither
Node nor a registry is needed to run, test or check (a test compares the files with MANIFEST.json).
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES, VENDOR = ROOT / "node_modules", ROOT / "static" / "vendor"
COPIED = {
    "htmx.org": ("dist/htmx.min.js", "htmx-{version}.min.js"),
    "@fontsource-variable/inter": ("files/inter-latin-wght-normal.woff2", "inter-latin.woff2"),
}
ICONS, SPRITE = "@tabler/icons", "icons.svg"
CHECKER, CHECKER_FILE = "axe-core", ROOT / "tests" / "browser" / "axe.min.js"
CHARTS, ENTRY = "echarts", ROOT / "tools" / "echarts_entry.js"
BROWSERS = "chrome109,firefox115,safari16.4"  # the oldest ones the product runs in
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def build_sprite(folder: Path, names: list[str]) -> str:
    """One SVG with a <symbol> for each name; FileNotFoundError for a name Tabler does not have."""
    symbols = []
    for name in names:
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", (folder / f"{name}.svg").read_text(), re.S)
        assert drawing, name  # noqa: S101  # every icon file is one <svg>
        body = re.sub(r"\s+", " ", drawing.group(1)).replace(_FRAME, "").replace("> <", "><")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body.strip()}</symbol>')
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def build_charts(target: Path) -> None:
    """One minified ES module of the parts of ECharts named in the entry file."""
    command = [
        *("node", str(MODULES / "esbuild" / "bin" / "esbuild"), str(ENTRY)),
        *("--bundle", "--minify", "--format=esm", f"--target={BROWSERS}", "--log-level=error"),
        *('--define:process.env.NODE_ENV="production"', "--legal-comments=none"),
        *(f"--banner:js={notice()}", f"--outfile={target}"),
    ]
    subprocess.run(command, check=True)  # noqa: S603  # our own program on our own files


def notice() -> str:
    """The first line of the module: what is in it, and under which licences."""
    parts = []
    for package in (CHARTS, "zrender", "tslib"):
        meta = json.loads((MODULES / package / "package.json").read_text())
        parts.append(f"{package} {meta['version']} ({meta['license']})")
    return f"/*! {', '.join(parts)}; made by tools/vendor.py from tools/echarts_entry.js */"


def entry(package: str, file: Path) -> dict[str, str]:
    """What the manifest says about one file: where it comes from, licence, hash."""
    meta = json.loads((MODULES / package / "package.json").read_text())
    return {
        "package": package,
        "version": meta["version"],
        "licence": meta["license"],
        "file": file.relative_to(ROOT).as_posix(),
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }


def main() -> None:
    """Replace everything in static/vendor."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for old in VENDOR.iterdir():
        old.unlink()
    entries = []
    for package, (source, target) in COPIED.items():
        version = json.loads((MODULES / package / "package.json").read_text())["version"]
        file = VENDOR / target.format(version=version)
        file.write_bytes((MODULES / package / source).read_bytes())
        entries.append(entry(package, file))
    names = sorted(set((ROOT / "tools" / "icons.txt").read_text().split()))
    sprite = VENDOR / SPRITE
    sprite.write_text(build_sprite(MODULES / ICONS / "icons" / "outline", names))
    entries.append(entry(ICONS, sprite))
    version = json.loads((MODULES / CHARTS / "package.json").read_text())["version"]
    charts = VENDOR / f"echarts-{version}.min.js"
    build_charts(charts)
    entries.append(entry(CHARTS, charts))
    CHECKER_FILE.write_bytes((MODULES / CHECKER / "axe.min.js").read_bytes())
    entries.append(entry(CHECKER, CHECKER_FILE))
    (VENDOR / "MANIFEST.json").write_text(json.dumps(entries, indent=1) + "\n")
    sys.stdout.writelines(f"{e['package']} {e['version']} -> {e['file']}\n" for e in entries)


if __name__ == "__main__":
    main()
