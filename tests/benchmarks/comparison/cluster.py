"""The cluster runner on this machine, against processes alone."""

from __future__ import annotations

from benchmarks.comparison.measure import Program, measure, ratio
from benchmarks.comparison.rows import Row, lines_of
from benchmarks.comparison.setting import Setting


def cluster(setting: Setting) -> list[Row]:
    """Compare two local workers of the cluster runner with the runner of processes."""
    truth = setting.truth("claude")
    row = Row(
        "cluster",
        f"cluster runner, two local workers, {truth['bytes'] / 1e9:.2f} GB: wall / processes alone",
        least="written down",
    )
    missing = {"--runner", "--jobs"} - setting.options
    if missing:
        row.notes.append(f"needs what `tokencost profile` does not have: {', '.join(missing)}")
        return [row]
    logs = setting.corpus("claude") / "projects"
    programs: list[Program] = []
    for label, more in (("processes", ()), ("dask", ("--runner", "dask"))):
        cache = f"cluster-{label}"
        arguments = ("--jobs", "2", *more)
        programs.append(setting.profile(label, logs, *arguments, cache=cache, is_first=True))
    figures = measure(programs, setting.repeat, watched=True)
    setting.empty_cache("cluster-dask")
    figures[1].wrong = setting.wrong_totals(
        logs, truth, "cluster-dask", "--jobs", "2", "--runner", "dask"
    )
    row.lines = lines_of(figures)
    row.value = f"{ratio(figures[1].wall, figures[0].wall):.2f}"
    return [row]
