"""What `prices import` does: facts of public lists, held against the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tokencost_cli.options.price_tables import ImportOptions
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.imports.checks import oddities
from tokencost_pricing.imports.facts import Fact, read_facts, write_facts
from tokencost_pricing.imports.generated import Import
from tokencost_pricing.imports.hand_table import HandTable
from tokencost_pricing.imports.merging import known_releases, merge
from tokencost_pricing.imports.proposals import proposal_text, proposals, write
from tokencost_pricing.imports.public_lists import read_list
from tokencost_pricing.table import TABLES
from tokencost_pricing.table_files import HEAD

_FACTS: Final = (".tsv", ".tsv.gz", ".tsv.xz")


def import_prices(invocation: Invocation, options: ImportOptions) -> None:
    """Write the changes that lists propose as Markdown, and into the files where that is asked."""
    if not options.paths:
        raise UsageError("no price list is named", hint="packages, JSON files, or tables of facts")
    place = invocation.context.folder
    folder = _tables(place, options.tables)
    today = str(invocation.context.now.date())
    known, fresh, merged = _facts(place, options.paths, today)
    if not known and not fresh:
        raise InputError("no price in it", file=", ".join(map(str, options.paths)))
    if options.save_facts:
        write_facts(place / options.save_facts, merged)
    result = Import(merged, HandTable(folder, today))
    every = list(proposals(folder, result, oddities(fresh, known) if known else ()))
    text = proposal_text(every)
    if known and (passed := known_releases(known, fresh, today)):
        text += f"\nNot newer than the facts, so nothing of them counts: {', '.join(passed)}.\n"
    if options.write:
        written = write(folder, every)
        text += f"\n{len(written)} files written.\n"
    invocation.write_content(text)


def _tables(place: Path, tables: Path | None) -> Path:
    """Return the folder of price files. Raise `InputError` where it is none."""
    if tables is None:
        return TABLES
    if not (place / tables / HEAD).is_file():
        raise InputError(f"no folder of price files: it has no {HEAD}", file=tables)
    return place / tables


def _facts(
    place: Path, paths: Sequence[Path], today: str
) -> tuple[list[Fact], list[Fact], list[Fact]]:
    """Return the facts of tables of them, those of packages, and the newer of these laid over."""
    known: list[Fact] = []
    releases: list[list[Fact]] = []
    for path in paths:
        try:
            if path.name.endswith(_FACTS):
                known += read_facts(place / path)
            elif facts := read_list(place / path):
                releases.append(facts)
        except InputError as error:  # named as it was typed
            file = (error.file or "").replace(str(place / path), str(path))
            raise InputError(error.reason, file=file, line=error.line, hint=error.hint) from error
    merged = known
    for release in sorted(releases, key=lambda facts: min(fact.first_seen for fact in facts)):
        merged = merge(merged, release, today)
    return known, [fact for release in releases for fact in release], merged
