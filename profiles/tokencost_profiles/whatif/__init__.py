"""What the same calls would have cost otherwise: scenarios, replays, advice.

The package is callable, because the Python API has a function of its name:
`from tokencost_profiles import whatif; whatif(calls, "gpt-6-luna+batch")`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokencost_profiles.whatif.compare import Comparison


class _CallableModule(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Comparison:
        from tokencost_profiles.whatif.compare import whatif

        return whatif(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
