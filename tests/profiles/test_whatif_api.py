"""`whatif` as a function: what it takes, what it returns, and that it is the room of its name."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from profiling import profile_of
from tokencost_pricing.errors import UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles import profile, read, whatif
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.call_set import of_calls
from tokencost_profiles.whatif.scenario import parse
from whatifs import NOW, agent, call

LOG = Path(__file__).parents[2] / "examples" / "logs" / "agent.jsonl"


def test_calls_a_profile_and_a_call_set_are_compared_alike(table: PriceTable, cache: Path) -> None:
    calls = [call(), call()]
    counter = Counter(cache)
    for source in (calls, of_calls(calls), profile_of(calls, Pricer(table, NOW))):
        compared = whatif(source, "batch", parse("flex"), table=table, counter=counter, now=NOW)
        batch, flex = compared.outcomes
        assert compared.unchanged.recorded.cost == Decimal("0.009")
        assert batch.cost == Decimal("0.0045")
        assert (flex.scenario.name, flex.cost) == ("flex", None)  # the model has no flex
        assert [row.scenario.name for row in compared.rows] == ["as recorded", "batch", "flex"]
        assert compared.advice is None


def test_what_read_and_profile_return_is_taken(
    table: PriceTable, cache: Path, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"table": table, "now": NOW}
    logs = read(LOG, text=True, **options)
    wanted = whatif(logs, "batch", counter=Counter(cache), **options)
    assert wanted.calls.by_call
    for source in (LOG, str(LOG), [LOG], logs.calls, profile(logs, **options)):
        compared = whatif(source, "batch", counter=Counter(cache), **options)
        assert compared.outcomes[0].cost == wanted.outcomes[0].cost
        assert compared.calls.calls == 13
    assert whatif(logs, "drop-results=2", counter=Counter(cache), **options).outcomes[0].cost
    with pytest.raises(UsageError, match="needs the calls themselves"):
        whatif(profile(logs, **options), "drop-results=2", **options)


def test_advice_needs_no_scenario(table: PriceTable, cache: Path) -> None:
    compared = whatif(agent(), suggest=True, table=table, counter=Counter(cache), now=NOW)
    assert compared.outcomes == ()
    assert compared.advice is not None
    assert compared.advice.suggestions


def test_what_is_no_call_is_refused(table: PriceTable) -> None:
    sources: list[Any] = [[call(), "log.jsonl"], [call().usage], [None]]
    for source in sources:
        with pytest.raises(TypeError, match="calls must be what `read` or `profile` returned"):
            whatif(source, "batch", table=table)


def test_nothing_to_compare_with_is_refused(table: PriceTable) -> None:
    with pytest.raises(UsageError, match="nothing to compare with"):
        whatif([call()], table=table)
    with pytest.raises(UsageError, match="two scenarios are named 'batch'"):
        whatif([call()], "batch", "batch", table=table)


@pytest.mark.parametrize(
    "imports",
    [
        "from tokencost_profiles import whatif",
        "import tokencost_profiles.whatif.scenario; from tokencost_profiles import whatif",
        "from tokencost_profiles import *",
    ],
)
def test_the_room_is_the_function_however_it_is_imported(imports: str, cache: Path) -> None:
    code = (
        f"{imports}\n"
        "from tokencost_profiles.calls.call import Call\n"
        "call = Call(model='gpt-4o', usage={'input': 1000, 'output': 200}, at=1790000000.0)\n"
        "print(whatif([call], 'batch').outcomes[0].cost.normalize())\n"
        "from tokencost_profiles.whatif.scenario import parse\n"
    )
    environment = {"TOKENCOST_CACHE": str(cache), "PATH": ""}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert (ran.stdout, ran.stderr) == ("0.00225\n", "")
