"""All logs in this process, one after the other."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.logs.parts import read_sources
from tokencost_profiles.logs.work import Done, Runner, Work


def _run(work: Work) -> Done:
    sources = read_sources(enumerate(work.sources), work.how, work.done)
    saved = [one for source in sources for one in source.saved]
    part, notes = work.price(sources, frozenset(), 0)
    work.take(notes)
    return Done(part, saved)


RUNNER: Final = Runner("serial", "in this process", _run)
