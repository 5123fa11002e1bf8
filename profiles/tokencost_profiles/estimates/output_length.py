"""How long an answer is taken to be: what was asked for, and what a request allows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from tokencost_pricing.errors import UsageError
from tokencost_profiles.calls.call import ABSURD_COUNT
from tokencost_profiles.tokens.margin import Margin

# Where the length of an answer comes from.
ASSUMED: Final = "assumed"  # nobody chose it
STATED: Final = "given"  # by the user
WORKLOAD: Final = "workload"  # in the description of a load
CEILING: Final = "ceiling"  # the request allows no longer one than this, which is below the default

# When nobody says how long the answer is. Printed as an assumption wherever it is used.
ASSUMED_OUTPUT: Final = 500
LONGEST: Final = "max"
_LONGEST_NUMBER: Final = 30

# (text) -> tokens, and the relative error of that count
CountText = Callable[[str], tuple[int, Margin]]


class Answer(NamedTuple):
    """The length of answers as it was asked for: one of tokens, a multiple, a text, the longest."""

    tokens: int | None = None
    multiple: Decimal | None = None  # of the input
    text: str | None = None
    longest: bool = False  # what each request allows
    source: str = STATED

    @property
    def assumed(self) -> bool:
        """Whether nobody chose it."""
        return self.source == ASSUMED

    @property
    def label(self) -> str:
        """How it was asked for, for the report."""
        if self.longest:
            return "the longest answer that is allowed"
        if self.multiple is not None:
            return f"output {self.multiple} x as long as the input"
        if self.text is not None:
            return "output as long as the answer given"
        return f"{self.tokens:,} tokens of output"


class Output(NamedTuple):
    """The tokens of one answer. `low` and `high` are None where there is no bound."""

    tokens: int
    low: int | None
    high: int | None
    source: str
    ceiling: int | None = None  # what the request allows

    @property
    def excess(self) -> int | None:
        """The longest answer that the request allows, where it is longer than the assumed one."""
        longer = self.ceiling is not None and self.ceiling > self.tokens
        return self.ceiling if longer and self.source == ASSUMED else None


class Limits(NamedTuple):
    """What bounds an answer: the request, and the model."""

    request: int | None = None
    model: int | None = None


def answer_of(text: str, source: str = STATED) -> Answer:
    """Read `500`, `2x` or `max`. Raise `UsageError` for anything else."""
    if text == LONGEST:
        return Answer(longest=True, source=source)
    body = text[:-1] if text.endswith("x") else text
    if not body.replace(".", "", 1).isdecimal() or (body is text and "." in text):
        raise UsageError(
            f"'{text}' is not a number of tokens, nor a multiple of the input as '2x', nor 'max'"
        )
    if len(body) > _LONGEST_NUMBER or Decimal(body) >= ABSURD_COUNT:
        raise UsageError(f"no answer has {text} tokens: only counts below 10^12 are believed")
    if body is text:
        return Answer(tokens=int(text), source=source)
    return Answer(multiple=Decimal(body), source=source)


def output_of(answer: Answer, input_tokens: int, count: CountText, limits: Limits) -> Output:
    """Return the length of the answer to a prompt.

    An answer that is only assumed is never longer than what the request or the model allows.
    Raise `UsageError` where the longest answer is asked for and nothing bounds it.
    """
    ceiling = limits.request
    if answer.longest:
        most = ceiling if ceiling is not None else limits.model
        if most is None:
            raise UsageError("neither the request nor the model says how long an answer may be")
        return Output(most, most, most, answer.source, ceiling)
    if answer.text is not None:
        tokens, margin = count(answer.text)
        low, high = round(tokens * (1 - margin.below)), round(tokens * (1 + margin.above))
        return Output(tokens, low, high, answer.source, ceiling)
    if answer.multiple is not None:
        tokens = int((answer.multiple * input_tokens).to_integral_value(ROUND_CEILING))
    else:
        tokens = answer.tokens or 0
    if not answer.assumed:
        return Output(tokens, tokens, tokens, answer.source, ceiling)
    if ceiling is not None and ceiling <= tokens:
        return Output(ceiling, None, ceiling, CEILING, ceiling)
    most = limits.model if limits.model is not None else tokens
    return Output(min(tokens, most), None, ceiling, ASSUMED, ceiling)
