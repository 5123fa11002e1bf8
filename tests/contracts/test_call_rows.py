"""Calls of every format, written as rows and read back, come to the same."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from conftest import Cli
from contracts.test_reader_contract import CASES, ids
from tokencost_pricing import PriceTable
from tokencost_pricing.errors import InputError
from tokencost_profiles import profile
from tokencost_profiles.logs.profile_logs import CostProfile

pytest.importorskip("pandas")
pytest.importorskip("pyarrow")

LOG = Path(__file__).parents[2] / "examples" / "logs" / "agent.jsonl"
BY = ("provider", "model", "session", "user", "agent")


def sums(costs: CostProfile) -> list[object]:
    return [costs.total, *costs.groups]


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_a_table_of_calls_is_read_as_its_log_was(
    case: Path, table: PriceTable, tmp_path: Path
) -> None:
    try:
        costs = profile(case, by=BY, table=table)
    except InputError:
        pytest.skip("no log by itself")
    frame = costs.to_pandas("calls")
    if not len(frame):
        pytest.skip("no calls")
    path = tmp_path / "calls.parquet"
    frame.to_parquet(path)
    assert sums(profile(path, by=BY, table=table)) == sums(costs)


@pytest.mark.parametrize("ending", ["parquet", "csv", "parquet.gz"])
def test_what_the_command_writes_it_reads(ending: str, cli: Cli, tmp_path: Path) -> None:
    log = str(LOG)
    written = tmp_path / f"calls.{ending.removesuffix('.gz')}"
    assert cli("profile", log, "--by", "call", "-o", str(written)).code == 0
    if ending.endswith(".gz"):
        packed = tmp_path / "calls.parquet.gz"
        packed.write_bytes(gzip.compress(written.read_bytes()))
        written = packed
    options = ("--by", "model,session", "-f", "csv")
    assert cli("profile", str(written), *options).out == cli("profile", log, *options).out


def test_a_bill_in_parquet_is_refused_as_one(cli: Cli, tmp_path: Path) -> None:
    log = str(LOG)
    invoice = tmp_path / "bill.focus.parquet"
    assert cli("profile", log, "-o", str(invoice)).code == 0
    refused = cli("profile", str(invoice))
    assert refused.code != 0
    assert "FOCUS cost and usage data: what was billed, not the calls" in refused.err


def test_without_pyarrow_one_line_says_what_to_install(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calls.parquet"
    profile(LOG).to_pandas("calls").to_parquet(path)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    refused = cli("profile", str(path))
    assert refused.code != 0
    assert "Parquet needs pyarrow" in refused.err
    assert "pip install 'tokencost-profiler[data]'" in refused.err


def test_a_table_that_is_cut_off_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    profile(LOG).to_pandas("calls").to_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])
    refused = cli("profile", str(path))
    assert refused.code != 0
    assert "not complete Parquet" in refused.err
