"""All logs in this process, one after the other."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.logs.parts import price_part, read_sources
from tokencost_profiles.logs.work import Done, Runner, Work


def _run(work: Work) -> Done:
    sources = read_sources(enumerate(work.sources), work.how, work.done)
    saved = [one for source in sources for one in source.saved]
    return Done(price_part(sources, frozenset(), work.plan, work.table), saved)


RUNNER: Final = Runner("serial", "in this process", _run)
