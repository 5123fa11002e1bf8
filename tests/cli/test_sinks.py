"""Every sink of `check` says the same, in a form that its host takes, whatever names say."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinks import (
    DOCUMENT,
    HOSTILE,
    JUNIT,
    SARIF,
    SINKS,
    comment,
    document,
    hostile,
    plain,
    render,
    report,
)
from tokencost_cli.output.renderers import Style, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.runtime.context import Context
from tokencost_cli.tasks._ci_host import announce
from tokencost_pricing.errors import UsageError

GATES = ("github", "gitlab", "junit", "sarif")


@pytest.mark.parametrize("name", SINKS)
def test_every_sink_states_every_reason_word_for_word(name: str) -> None:
    seen = SINKS[name](render(name, DOCUMENT))
    for reason in DOCUMENT["reasons"]:
        assert reason["text"] in seen


@pytest.mark.parametrize("name", SINKS)
def test_every_sink_states_what_was_judged_and_what_was_assumed(name: str) -> None:
    seen = SINKS[name](render(name, DOCUMENT))
    for line in DOCUMENT["assumptions"]:
        assert line in seen


@pytest.mark.parametrize("hostname", HOSTILE)
@pytest.mark.parametrize("name", SINKS)
def test_names_that_look_like_markup_arrive_as_they_are(name: str, hostname: str) -> None:
    content = hostile(hostname)
    seen = plain(SINKS[name](render(name, content)))
    for reason in content["reasons"]:
        assert plain(reason["text"]) in seen


@pytest.mark.parametrize("name", SINKS)
def test_the_same_document_gives_the_same_bytes(name: str) -> None:
    turned = document(items=[dict(reversed(item.items())) for item in DOCUMENT["items"]])
    assert render(name, turned) == render(name, DOCUMENT) or name == "json"
    assert render(name, document()) == render(name, DOCUMENT)


@pytest.mark.parametrize("name", GATES)
@pytest.mark.parametrize("other", ["tokencost.estimate/1", "tokencost.diff/1", "tokencost.check/2"])
def test_other_reports_are_refused_with_one_line(name: str, other: str) -> None:
    with pytest.raises(UsageError) as caught:
        renderer(name).render(Report(other, {}, ()), Style())
    assert f"{name} writes the answer of check, and this report is {other}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", GATES)
def test_an_estimate_in_the_format_of_a_gate_ends_with_2(
    cli: Any, tmp_path: Path, name: str
) -> None:
    (tmp_path / "p.txt").write_text("Hello")
    result = cli("estimate", "p.txt", "-m", "gpt-4o", "-f", name)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {name} writes the answer of check, not of estimate")


@pytest.mark.parametrize("name", SINKS)
@pytest.mark.parametrize("verdict", ["pass", "warn", "inconclusive", "error"])
def test_an_answer_without_items_and_reasons_can_be_written(name: str, verdict: str) -> None:
    bare = document(
        items=[],
        reasons=[],
        verdict=verdict,
        warnings=[],
    )
    assert render(name, bare).endswith("\n")


# --- JUnit ---------------------------------------------------------------------------------------
def suite(content: dict[str, Any]) -> Xml.Element:
    result = Xml.fromstring(render("junit", content)).find("testsuite")
    assert result is not None
    return result


@pytest.mark.parametrize("schema", JUNIT)
@pytest.mark.parametrize("content", [DOCUMENT, *map(hostile, HOSTILE)], ids=lambda content: None)
def test_junit_is_valid(schema: str, content: dict[str, Any]) -> None:
    JUNIT[schema].validate(render("junit", content))


@pytest.mark.parametrize("schema", JUNIT)
def test_the_schemas_can_refuse(schema: str) -> None:
    malformed = render("junit", DOCUMENT).replace("<testcase name=", "<testcase names=", 1)
    assert not JUNIT[schema].is_valid(malformed)


def test_junit_has_a_test_case_an_item_and_counts_what_it_holds() -> None:
    result = suite(DOCUMENT)
    names = [case.get("name") for case in result.iter("testcase")]
    assert names == [*(f"{i['path']} [{i['model']}]" for i in DOCUMENT["items"]), "all items"]
    counts = {key: result.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "10", "failures": "2", "errors": "2", "skipped": "0"}
    malformed = result.find("testcase[@name='prompts/broken.json [openai/gpt-6.1-sol]']/error")
    assert malformed is not None
    assert malformed.get("type") == "failed"


def test_junit_keeps_all_reasons_of_one_item_in_one_failure() -> None:
    twice = [
        {
            "level": "fail",
            "code": "max-tokens",
            "path": "prompts/welcome.txt",
            "model": None,
            "text": f"reason {number}",
            "value": None,
            "limit": None,
        }
        for number in (1, 2)
    ]
    failures = list(suite(document(reasons=twice)).iter("failure"))
    assert [failure.text for failure in failures] == ["reason 1\nreason 2"]


def test_junit_has_a_test_case_for_a_reason_about_no_item() -> None:
    gone = [{"level": "fail", "code": "missing", "path": "gone.txt", "model": "m", "text": "gone"}]
    failure = suite(document(reasons=gone)).find("testcase[@name='gone.txt [m]']/failure")
    assert failure is not None


@pytest.mark.parametrize(
    ("verdict", "counts"),
    [("pass", "000"), ("warn", "000"), ("inconclusive", "001"), ("error", "100"), ("fail", "100")],
)
def test_junit_never_shows_green_for_another_verdict(verdict: str, counts: str) -> None:
    result = suite(document(verdict=verdict, reasons=[]))
    assert "".join(result.get(key) or "" for key in ("failures", "errors", "skipped")) == counts


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_junit_can_be_read_whatever_a_message_holds(message: str) -> None:
    reasons = [{"level": "fail", "code": "failed", "path": None, "model": None, "text": message}]
    assert suite(document(reasons=reasons)).find("testcase/error") is not None


# --- SARIF ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("content", [DOCUMENT, *map(hostile, HOSTILE)], ids=lambda content: None)
def test_sarif_is_valid(content: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(SARIF).validate(json.loads(render("sarif", content)))


def test_sarif_has_a_rule_a_code_and_a_place_a_result() -> None:
    (run,) = json.loads(render("sarif", DOCUMENT))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert {reason["code"] for reason in DOCUMENT["reasons"]} <= set(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    levels = [result["level"] for result in run["results"]]
    assert levels == ["error"] * 4 + ["warning"] * 2 + ["note"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    uris = [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places]
    assert uris[1] == ("prompts/agent/system.md", 1)
    assert uris[5] == ("prompts/batch.jsonl", 3)


def test_a_code_that_is_new_becomes_a_rule() -> None:
    reasons = [{"level": "warn", "code": "brand-new", "path": None, "model": None, "text": "x"}]
    (run,) = json.loads(render("sarif", document(reasons=reasons)))["runs"]
    assert run["tool"]["driver"]["rules"][-1]["id"] == "brand-new"


# --- GitLab --------------------------------------------------------------------------------------
def test_gitlab_has_what_the_host_asks_for() -> None:
    result = json.loads(render("gitlab", DOCUMENT))
    for finding in result:
        assert set(finding) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert finding["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(finding["location"]["path"], str)
        assert finding["location"]["lines"]["begin"] >= 1
    assert len({finding["fingerprint"] for finding in result}) == len(result)


def test_what_is_about_all_items_stands_where_the_cost_rises_and_not_at_a_new_file() -> None:
    dear = document()
    for item in dear["items"]:
        if item["status"] == "added":
            item["change"]["cost"] = "99"
    first = json.loads(render("gitlab", dear))[0]
    assert first["location"]["path"] == "prompts/agent/system.md"


def test_a_fingerprint_stays_when_only_the_numbers_change() -> None:
    grown = document()
    for reason in grown["reasons"]:
        reason |= {"text": reason["text"] + " today", "value": "9"}
    before, after = (json.loads(render("gitlab", content)) for content in (DOCUMENT, grown))
    assert [one["fingerprint"] for one in before] == [one["fingerprint"] for one in after]


def test_two_findings_about_one_thing_have_two_fingerprints() -> None:
    twice = document(reasons=DOCUMENT["reasons"][:1] * 2)
    assert len({one["fingerprint"] for one in json.loads(render("gitlab", twice))[:2]}) == 2


# --- GitHub --------------------------------------------------------------------------------------
def test_commands_are_escaped_and_in_one_line_each() -> None:
    reasons = [
        {
            "level": "fail",
            "code": "budget",
            "path": "a,b:c%.txt",
            "model": None,
            "text": "10% over\n::set-output name=x::y",
        }
    ]
    first, basis, last = render("github", document(reasons=reasons)).splitlines()
    assert first == (
        "::error file=a%2Cb%3Ac%25.txt,line=1,title=tokencost budget::"
        "10%25 over\\n::set-output name=x::y"
    )
    assert basis.startswith("::notice title=tokencost basis::judged on the input")
    assert not last.startswith("::")


def context(folder: Path, **environment: str) -> Context:
    return Context(
        stdin=io.BytesIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environment=environment,
        folder=folder,
        now=datetime(2026, 11, 22, tzinfo=UTC),
    )


def written(stream: Any) -> str:
    return str(stream.getvalue())


def test_a_ci_host_gets_the_summary_and_annotations(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    inner = tmp_path / "app"
    run = context(
        inner,
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(summary),
        GITHUB_WORKSPACE=str(tmp_path),
    )
    announce(run, report(DOCUMENT))
    assert summary.read_text("utf-8") == "before\n" + comment(DOCUMENT) + "\n"
    assert written(run.stdout) == ""
    lines = written(run.stderr).splitlines()
    assert len(lines) == len(DOCUMENT["reasons"]) + 1  # and one for what was assumed
    assert lines[1].startswith("::error file=app/prompts/agent/system.md,line=1,")


def test_nothing_is_written_elsewhere(tmp_path: Path) -> None:
    run = context(tmp_path)
    announce(run, report(DOCUMENT))
    assert written(run.stderr) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_ci_host_does_not_get_twice_what_the_format_says(tmp_path: Path) -> None:
    run = context(tmp_path, GITHUB_ACTIONS="true")
    announce(run, report(DOCUMENT), "github")
    assert written(run.stderr) == ""


@pytest.mark.parametrize("name", ["missing/summary.md", "", "nul\x00.md"])
def test_a_summary_that_cannot_be_written_is_a_warning(tmp_path: Path, name: str) -> None:
    run = context(tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / name))
    announce(run, report(DOCUMENT))
    assert "the summary cannot be written" in written(run.stderr)
    assert len(written(run.stderr).splitlines()) == 1


@pytest.mark.parametrize("name", ["github", "gitlab", "sarif"])
def test_groups_of_calls_are_no_files(name: str) -> None:
    content = document()
    for item in content["items"]:
        item["base"] = item["base"] and {**item["base"], "calls": 3}
    assert '"path": "prompts' not in (rendered := render(name, content))
    assert "file=" not in rendered
    assert '"uri": "prompts' not in rendered
