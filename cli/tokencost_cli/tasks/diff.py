"""What `diff` does between its options and its report."""

from __future__ import annotations

from dataclasses import fields

from tokencost_cli.options.diff import DiffOptions
from tokencost_cli.options.gate import CompareOptions
from tokencost_cli.reports._gate_compared import Compared
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._gate_compare import compared
from tokencost_cli.tasks._unpriced import unpriced_error
from tokencost_pricing.errors import TokencostError, UsageError


def difference(invocation: Invocation, options: DiffOptions) -> Compared:
    """Return the difference of two documents, or of the paths to a revision."""
    known = {field.name for field in fields(CompareOptions)}
    both = CompareOptions(**{k: value for k, value in vars(options).items() if k in known})
    if both.git is not None:
        return compared(invocation, both)
    if len(both.paths) != 2:
        raise UsageError(
            "name two saved documents: BASE HEAD", hint="or a revision: --git REV PATHS"
        )
    from tokencost_cli.tasks._gate_documents import two_documents

    return two_documents(invocation, *both.paths, both)


def unpriced_in(result: Compared, policy: str) -> TokencostError | None:
    """Return what to end with where an item of a comparison has no price."""
    reasons = [
        f"{item.path}: {item.problem}"
        for item in result.comparison.items
        if any(side is not None and side.unpriced for side in (item.base, item.head))
    ]
    return unpriced_error(policy, reasons)
