"""Every what-if change has a flag, a key, a term, a help text, a row of the docs, and advice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from conftest import Cli
from tokencost_cli.app import app
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.content import Part
from tokencost_profiles.whatif import scenario
from tokencost_profiles.whatif.call_set import CallSet, of_calls
from tokencost_profiles.whatif.change import Change, Flag, Idea, Setting, Step, changes
from tokencost_profiles.whatif.parse_numbers import share
from tokencost_profiles.whatif.parse_numbers import text as any_text
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import Scenario, from_documents, of_flags, parse
from whatifs import AGENT_MODEL, agent, call, models_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "whatif.md"
LOG = ROOT / "examples" / "logs" / "agent.jsonl"
HEAD = "| change | flags and terms | what is done |\n|---|---|---|\n"
CHANGES = changes()
IDS = [change.key for change in CHANGES]
HelpTexts = Mapping[str, str | None]  # by flag


def dashed(key: str) -> str:
    return key.replace("_", "-")


def term(change: Change) -> str:
    """Return the term of a change with `=`, so that the flag's scenario has another name."""
    return f"{change.option}={change.example or 'true'}"


def entry(change: Change) -> dict[str, Any]:
    """Return the change as an entry of a scenario file."""
    return {"name": f"key {change.key}", change.key: change.example or True}


def arguments(change: Change) -> list[str]:
    """Return the flag of a change with its example."""
    return [f"--{change.option}", *([] if change.is_switch else [change.example])]


def docs_table(known: Iterable[Change]) -> str:
    return HEAD + "".join(f"{change.docs_row}\n" for change in known)


@pytest.fixture(scope="module")
def help_texts() -> HelpTexts:
    """The help of every flag of `tokencost whatif`."""
    group: Any = typer.main.get_command(app)
    options = group.get_command(None, "whatif").params
    return {flag: getattr(option, "help", None) for option in options for flag in option.opts}


def missing_of(change: Change, help_texts: HelpTexts, page: str) -> list[str]:
    """Return what is missing of all that must come from a change."""
    problems = []
    for key, flag in change.flags.items():
        name = f"--{dashed(key)}"
        if name not in help_texts:
            problems.append(f"{name}: no flag")
        elif not flag.help or help_texts[name] != flag.help:
            problems.append(f"{name}: no help")
    problems += [
        f"{setting.key}: neither a flag nor why it has none"
        for setting in change.settings
        if (setting.flag is None) != bool(setting.no_flag)
    ]
    if not (change.title and change.explanation) or f"\n{change.docs_row}\n" not in page:
        problems.append(f"{change.key}: no row in docs/whatif.md")
    if (change.ideas is None) != bool(change.no_ideas):
        problems.append(f"{change.key}: neither advice nor why there is none")
    try:
        from_documents([("file", [entry(change)])])
    except TokencostError as error:
        problems.append(f"{change.key}: no key: {error}")
    settings = [f"{dashed(setting.key)}={setting.example}" for setting in change.settings]
    try:
        parse("+".join((term(change), *settings)))
    except TokencostError as error:
        problems.append(f"{change.key}: no term: {error}")
    return problems


def test_the_table_of_the_page_is_generated_from_the_changes(
    request: pytest.FixtureRequest,
) -> None:
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition("| change |")
    after = rest[rest.index("\n\n") :]
    generated = f"{before}{docs_table(CHANGES).rstrip()}{after}"
    if request.config.getoption("--update-golden"):
        PAGE.write_text(generated, "utf-8")
    assert PAGE.read_text("utf-8") == generated


@pytest.mark.parametrize("change", CHANGES, ids=IDS)
def test_everything_comes_from_the_change(change: Change, help_texts: HelpTexts) -> None:
    assert missing_of(change, help_texts, PAGE.read_text("utf-8")) == []


def test_flag_term_and_key_are_the_same_scenario(cli: Cli, tmp_path: Path) -> None:
    entries = [entry(change) for change in CHANGES]
    (tmp_path / "all.yaml").write_text(json.dumps({"scenarios": entries}))
    flags = [part for change in CHANGES for part in arguments(change)]
    terms = [part for change in CHANGES for part in ("-s", term(change))]
    result = cli("whatif", str(LOG), *flags, *terms, "-s", "all.yaml", "-f", "json")
    assert result.code == 0, result.err
    scenarios = json.loads(result.out)["scenarios"]
    rows = {row["name"]: {**row, "name": ""} for row in scenarios}
    for change in CHANGES:
        by_key = rows[f"key {change.key}"]
        assert rows[term(change)] == by_key, change.key
        name = change.scenario_name(change.example)
        if change.flag.everywhere:
            assert name not in rows
        else:
            assert rows[name] == by_key, change.key


@pytest.mark.parametrize(
    "change", [one for one in CHANGES if one.flag.everywhere], ids=lambda one: one.key
)
def test_a_flag_for_every_scenario_is_in_each(change: Change) -> None:
    scenarios = of_flags({change.key: True, "model": ["gpt-4o"], "prune_tools": True})
    assert [[one.key for one, _ in each.changes] for each in scenarios] == [
        [change.key, "model"],
        [change.key, "prune_tools"],
    ]


def agent_with_tools() -> CallSet:
    """Return an agent's calls that define a tool which none of them calls."""
    tool = Part("tools", json.dumps({"name": "never", "input_schema": {}}), "tools[1]")
    return of_calls(
        call(
            AGENT_MODEL,
            usage=entry.call.usage,
            at=entry.call.at,
            session="s",
            parts=(tool, *entry.parts()),
        )
        for entry in agent().entries
    )


@pytest.mark.parametrize("change", [one for one in CHANGES if one.ideas], ids=lambda one: one.key)
def test_ideas_can_be_tried(change: Change, table: PriceTable, cache: Path) -> None:
    calls = agent_with_tools()
    models = models_of(table, cache, calls)
    assert change.ideas is not None
    ideas = [one for one in change.ideas(calls, models) if isinstance(one, Idea)]
    assert ideas
    for idea in ideas:
        assert min(idea.name, idea.needs, idea.risks)
        outcome = replay(calls, Scenario(idea.name, ((change, idea.value),)), models)
        assert outcome.totals.usage


# --- a change that leaves something out ----------------------------------------------------------
class Discount(NamedTuple):
    """What was negotiated."""

    share: Decimal
    until: str = ""


COMPLETE = Change(
    key="discount",
    order=200,
    step=Step.HARDWARE,
    title="discount",
    explanation="what was negotiated",
    example="0.1",
    flag=Flag(help="A negotiated discount.", metavar="SHARE"),
    parse=lambda value, where: Discount(share(value, where)),
    apply=lambda value, portions, state: portions,
    no_ideas="it is negotiated",
)
UNREADABLE = COMPLETE._replace(example="ten")
SETTING = Setting("until", any_text, example="2027", flag=None)


def test_a_complete_change_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario, "changes", lambda: [*CHANGES, COMPLETE])
    help_texts = {"--discount": COMPLETE.flag.help}
    assert missing_of(COMPLETE, help_texts, docs_table([COMPLETE])) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (COMPLETE._replace(flag=Flag(help="", metavar="SHARE")), "--discount: no help"),
        (COMPLETE._replace(key="rebate"), "--rebate: no flag"),
        (COMPLETE._replace(explanation=""), "discount: no row in docs/whatif.md"),
        (COMPLETE._replace(no_ideas=""), "discount: neither advice nor why there is none"),
        (COMPLETE._replace(settings=(SETTING,)), "until: neither a flag nor why it has none"),
        (UNREADABLE, "discount: no key: file: key discount: discount: 'ten' is not between"),
        (UNREADABLE, "discount: no term: 'discount=ten': discount: 'ten' is not between"),
    ],
)
def test_what_a_change_leaves_out_is_reported(
    change: Change, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenario, "changes", lambda: [*CHANGES, change])
    help_texts = {"--discount": COMPLETE.flag.help}
    problems = missing_of(change, help_texts, docs_table([change]))
    assert any(one.startswith(problem) for one in problems), problems


def test_a_change_that_is_not_in_the_page_is_reported() -> None:
    assert "discount: no row in docs/whatif.md" in missing_of(COMPLETE, {}, docs_table(CHANGES))
