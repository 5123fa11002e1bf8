"""What commands do alike: open the price table, find the models, write the report."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tokencost_cli.output.output_file import write_file
from tokencost_cli.output.renderers import Style, format_of, output_of, renderer
from tokencost_cli.runtime.context import Context, is_file
from tokencost_cli.runtime.settings import Settings
from tokencost_pricing.errors import TableError, UsageError
from tokencost_profiles.calls.typed_times import day_or_moment
from tokencost_profiles.files.paths import STDIN, Source, from_bytes, from_file

if TYPE_CHECKING:
    from tokencost_cli.output.report import Report
    from tokencost_cli.runtime.run_facts import RunFacts
    from tokencost_pricing.lock import Lock
    from tokencost_pricing.offer import Offer
    from tokencost_pricing.table import PriceTable
    from tokencost_pricing.terms import Terms
    from tokencost_profiles.tokens.counter import Counter

_LARGE_STDIN: Final = 32 << 20
_SILENT: Final = 2.0  # seconds after which an inherited pipe is taken for one that says nothing


class Invocation:
    """One run of the program: the outside world, the settings, and what both lead to."""

    def __init__(self, ctx: Any, *, quiet: bool = False) -> None:
        self.context: Context = ctx.obj
        self.context.quiet = self.context.quiet or quiet
        self.settings: Settings = ctx.find_root().meta["tokencost.settings"]
        self.format_name = format_of(ctx)
        self.output = output_of(ctx)
        values = getattr(ctx, "params", {})
        self._aliases: Sequence[str] = values.get("alias") or ()
        self._locked: bool = bool(values.get("locked"))
        self._lock: tuple[Lock, str] | None = None  # with how messages call it
        self._provider: str | None = values.get("provider")
        self._spooled: Path | None = None
        if self.context.stderr_is_terminal:
            from tokencost_cli.runtime.progress import start

            start(self.context)
        self._stdin: Source | None = None
        self._ctx = ctx
        self._inputs: dict[str, tuple[Source, str | None]] = {}  # with its hash, where known
        self._table: PriceTable | None = None
        self._terms: Terms | None = None

    def take_inputs(self, sources: Sequence[Source]) -> Sequence[Source]:
        """Note the files that the command reads, for its document; return them as they are."""
        from tokencost_profiles.files.fingerprints import ends_sha256

        for source in sources:
            is_spooled = self._spooled is not None and source.path == self._spooled
            self._inputs[source.label] = source, ends_sha256(source) if is_spooled else None
        return sources

    def inputs(self) -> list[tuple[Source, str]]:
        """Return the files that the command read, each with the hash of its head and tail."""
        from tokencost_profiles.files.fingerprints import ends_sha256

        for label, (source, ends) in self._inputs.items():
            self._inputs[label] = source, ends or ends_sha256(source)
        return [(source, ends or "") for source, ends in self._inputs.values()]

    def facts(self) -> RunFacts:
        """Return what documents state of this invocation (see `run_facts`)."""
        from tokencost_cli.runtime.run_facts import RunFacts, command_of, options_of
        from tokencost_profiles.files.fingerprints import inputs_sha256

        params = getattr(self._ctx, "params", {})
        prints = [(source.size, ends) for source, ends in self.inputs()]
        since, until = self._period(params)
        return RunFacts(
            command=command_of(self._ctx),
            options=options_of(self._ctx, self.settings),
            inputs=len(prints),
            inputs_sha256=inputs_sha256(prints) if prints else None,
            timezone=(params["timezone"] or "UTC") if "timezone" in params else None,
            since=since,
            until=until,
            filters=tuple(params.get("where") or ()),
            table=self._table,
            lock=self._lock[1] if self._lock else None,
            as_of=self._as_of(params.get("as_of")),
        )

    def _period(self, params: Mapping[str, Any]) -> tuple[float | None, float | None]:
        """Return the range of time that was asked for, in UTC seconds."""
        from tokencost_profiles.logs.time_range import Clock, end_of, start_of, zone_of

        since, until = params.get("since"), params.get("until")
        context = self.context
        zone = zone_of(params.get("timezone"))
        clock = Clock(context.now, zone, context.folder, context.environment)
        return (start_of(since, clock) if since else None, end_of(until, clock) if until else None)

    def _as_of(self, text: str | None) -> str | None:
        """Return the day or the moment of the prices; None where that is each call's."""
        from tokencost_cli.output.formatting import as_of_text

        if self._terms is not None:
            at, timed = self._terms.at, self._terms.timed
        elif text:
            at, timed = day_or_moment(text)
        else:
            return None
        return as_of_text(at, timed=timed)

    def table(self, prices: Sequence[Path] | None = None, *, aliases: bool = True) -> PriceTable:
        """Return the price table with the overlays and aliases of the settings and the command."""
        from tokencost_pricing.table import PriceTable  # 25 ms, which `--help` does without

        overlays = self.overlays(prices)
        folder = self._installed_table()
        table = PriceTable.load(cache=self.context.cache, overlays=overlays, folder=folder)
        for note in table.notes:
            self.context.warn(note)
        named = dict(self.settings.aliases)
        if self._aliases:
            from tokencost_cli.runtime.typed_values import aliases_of

            named |= aliases_of(self._aliases)
        table = table.with_providers(self.settings.provider, self._provider)
        self._table = table.with_aliases(named) if aliases else table
        if lock := self._lock_file():
            from tokencost_cli.runtime.lock_file import check_lock

            check_lock(*lock, self._table, overlays.values())
        return self._table

    def _installed_table(self) -> Path | None:
        """Return the folder of the table that was installed last, where it goes before ours."""
        folder = self.context.tables
        if folder is None or not folder.is_dir():
            return None
        from tokencost_pricing.releases.installed import folder_in_use
        from tokencost_pricing.table import PriceTable

        return folder_in_use(folder, PriceTable.load(cache=self.context.cache).version)

    def overlays(self, prices: Sequence[Path] | None = None) -> dict[str, Path]:
        """Return the price files of the settings and the command by how messages call them."""
        overlays = {str(path): path for path in self.settings.prices}
        overlays |= {str(path): self.context.folder / path for path in prices or ()}
        for label, path in overlays.items():
            if not is_file(path):
                raise TableError("no such price file", file=label)
        return overlays

    def _lock_file(self) -> tuple[Lock, str] | None:
        """Return the lock file, where the command is to keep to it, and how messages call it."""
        if self._locked and self._lock is None:
            from tokencost_cli.runtime.lock_file import nearest_lock

            self._lock = nearest_lock(self.context)
        return self._lock

    def counter(self) -> Counter:
        """Return what counts requests, with the calibration that the settings name."""
        from tokencost_profiles.tokens.calibration import Calibration, from_file, shipped_entries
        from tokencost_profiles.tokens.counter import Counter

        path = self.settings.calibration
        if path is None:
            return Counter(self.context.cache)
        custom = from_file(path, str(path))
        return Counter(self.context.cache, Calibration(custom, shipped_entries(self.context.cache)))

    def terms(
        self, as_of: str | None, modes: Sequence[str] | None, region: str | None = None
    ) -> Terms:
        """Return the terms of a call of the future: now, at an hour nobody knows."""
        from tokencost_profiles.estimates.plan import call_terms

        if as_of is None and (lock := self._lock_file()):
            from tokencost_cli.output.formatting import as_of_text

            as_of = as_of_text(lock[0].as_of, timed=False)
        self._terms = call_terms(self.context.now, as_of=as_of, modes=modes or (), region=region)
        return self._terms

    def offers(self, table: PriceTable, models: Sequence[str] | None) -> list[tuple[str, Offer]]:
        """Find the models asked for, or those that the settings list, on the day of the terms."""
        self.refuse_others(table, models or ())
        wanted = models or self.settings.models
        at = self.context.now if self._terms is None else self._terms.at
        return [(name, table.find(name, at=at)) for name in dict.fromkeys(wanted)]

    def offer(self, table: PriceTable, model: str) -> Offer:
        """Find a model that was typed, on the day of the terms."""
        return self.offers(table, [model])[0][1]

    def refuse_others(self, table: PriceTable, models: Sequence[str]) -> None:
        """Raise `UnknownModelError` for a typed model that the typed provider does not sell."""
        for name in models if self._provider else ():
            table.find(name, self._provider)

    def paths(self, paths: Sequence[str] | None, *, needed: bool = True) -> tuple[str, ...]:
        """Return the paths of a command, or standard input where there are none and it is piped.

        `needed` is False where the command has other input.
        """
        if paths or not needed or not self.context.stdin_is_piped:
            return tuple(paths or ())
        return (STDIN,)

    def log_paths(self, paths: Sequence[str] | None) -> tuple[str, ...]:
        """Return the paths of logs. An empty or silent pipe is none: agents are read then."""
        chosen = self.paths(paths)
        if paths or not chosen:
            return chosen
        if not self._stdin_speaks():
            self.context.warn("nothing came from standard input; `-` waits for it")
            return ()
        return chosen if self.stdin().size else ()

    def _stdin_speaks(self) -> bool:
        import select

        try:
            return bool(select.select([self.context.stdin], [], [], _SILENT)[0])
        except (OSError, ValueError, TypeError):  # what has no file, and pipes of Windows
            return True

    def stdin(self) -> Source:
        """Return standard input as a source, spooled to a file when it is large. Read once."""
        if self._stdin is None:
            self._stdin = self._read_stdin()
        return self._stdin

    def _read_stdin(self) -> Source:
        if self.context.stdin_is_terminal:
            self.context.inform("reading standard input; end it with Ctrl-D")
        typed = self.context.progress if self.context.stdin_is_terminal else None
        with typed.paused() if typed is not None else contextlib.nullcontext():
            head = self.context.stdin.read(_LARGE_STDIN)
        if len(head) < _LARGE_STDIN:
            return from_bytes(head, "-")
        import tempfile

        handle, name = tempfile.mkstemp(prefix="tokencost-")
        self._spooled = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(head)
            while chunk := self.context.stdin.read(1 << 20):
                file.write(chunk)
        return from_file(self._spooled, "-")

    def close(self) -> None:
        """Remove what was spooled."""
        if self._spooled is not None:
            self._spooled.unlink(missing_ok=True)

    def write_content(self, text: str) -> None:
        """Write a text that is no report to stdout, or to the output file."""
        self.context.end_progress()
        if self.output is None:
            self.context.stdout.write(text)
        else:
            write_file(self.context.folder / self.output, text)

    def write(self, report: Report) -> None:
        """Render a report and write it to stdout or, in full or not at all, to a file.

        Warnings go to stderr, except where the format carries them itself.
        """
        format_name, output = self.format_name, self.output
        chosen = renderer(format_name)
        to_terminal = output is None
        style = Style(
            width=max(40, self.context.width),
            colour=self.context.colour and to_terminal,
            unicode=self.context.unicode or not to_terminal,
            fold=to_terminal and self.context.stdout_is_terminal,
        )
        text = chosen.render(report, style)
        self.context.end_progress()
        if format_name not in ("json", "markdown"):
            below = report.footnotes() if format_name == "table" else set()
            for warning in report.warnings:
                if warning not in below:
                    self.context.warn(warning)
        if output is not None:
            write_file(self.context.folder / output, text)
        elif isinstance(text, str):
            self.context.stdout.write(text)
        elif self.context.stdout_is_terminal:
            raise UsageError(f"{format_name} is not for a terminal", hint="give --output FILE")
        else:
            self.context.stdout.flush()
            self.context.stdout.buffer.write(text)
