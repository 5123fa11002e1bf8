"""What every sink says, read back: the text that a person sees there."""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast
from xml.etree import ElementTree as Xml

import xmlschema
from markdown_it import MarkdownIt
from msgspec.structs import replace

from tokencost_cli.output.gate_markdown import markdown
from tokencost_cli.output.gate_report import GateReason, GateReport
from tokencost_cli.output.renderers import Style, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import visible
from tokencost_cli.reports._gate_compared import Compared, Judged
from tokencost_cli.reports._gate_document import document as document_of
from tokencost_cli.reports.check import CHECK, gate_report
from tokencost_cli.reports.check import DIFF as DIFF_FORMAT
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.effects import Effect
from tokencost_profiles.gate.items import Side
from tokencost_profiles.gate.limits import Policy
from tokencost_profiles.gate.verdict import Verdict
from tokencost_profiles.tokens.margin import even

_HERE: Final = Path(__file__).parent / "cli"
DOCUMENT: Final[dict[str, Any]] = json.loads((_HERE / "gate_items.json").read_text("utf-8"))
SARIF: Final[dict[str, Any]] = json.loads((_HERE / "sarif_subset.json").read_text("utf-8"))
JUNIT: Final = {
    name: xmlschema.XMLSchema(_HERE / f"junit_{name}.xsd") for name in ("jenkins", "ant")
}
# Names that files may have, and that nobody should be able to use against a reader.
HOSTILE: Final = (
    "prompts/a|b.txt", "prompts/`tick`.txt", "prompts/``two``.txt", "@everyone/read.txt",
    "<img src=x onerror=alert(1)>.txt", "</details><script>alert(1)</script>", "#12 and !34",
    "[link](javascript:alert(1))", "![i](http://evil.example/x.png)", "a\nb | c", "# heading",
    "prompts/*bold*_under_~~gone~~.txt", "100%.txt", "a,b:c::d.txt", " leading and trailing ",
    "back\\slash\\|pipe", "<!-- tokencost -->", "--> out", "&lt;b&gt;", "www.evil.example",
    "mail@evil.example", "\u202egpj.exe", "bell\x07\x1b[31m", "prompts/größe-日本.txt", "`", "|",
)  # fmt: skip

DIFF = {key: value for key, value in DOCUMENT.items() if key not in ("verdict", "reasons")}


def plain(text: str) -> str:
    """Return a text as every sink displays it: escapes for invisible characters, no spaces."""
    return re.sub(r"\\[tnr]|\s+", "", visible(text))


def document(**changes: Any) -> dict[str, Any]:
    """Return the document of the tests with the keys changed."""
    return {**copy.deepcopy(DOCUMENT), **changes}


def hostile(name: str) -> dict[str, Any]:
    """Return a document that has a name in every place where a user's text may stand."""
    changed = document()
    for item in changed["items"]:
        item |= {"path": name, "model": name, "base_model": f"x{name}", "renamed_from": f"y{name}"}
        item["problem"] = item["problem"] and f"{name}: malformed"
    for effect in (one for item in changed["items"] for one in item["effects"]):
        effect["part"] = effect["part"] and name
    for reason in changed["reasons"]:
        reason |= {"path": name, "model": name, "text": f"{name} is over the limit, {name}!"}
    changed["warnings"] = [f"{name}: no price"]
    changed["summary"] = [f"{name} has 3 input tokens more", f"1 new ({name})"]
    changed["assumptions"] = [f"assumed: {name}; name the model with -m"]
    changed["base"]["name"] = changed["head"]["name"] = changed["prices"]["table"] = name
    return changed


def gate_of(content: dict[str, Any]) -> GateReport:
    """Return the gate report of a document: its sides are compared, its sentences are as stated."""
    items = tuple(_change(item) for item in content["items"])
    base = content["base"]
    against = base["name"] if any(item.base for item in items) else None
    grouped = any(side.calls for item in items for side in (item.base, item.head) if side)
    comparison = Comparison(items, against, grouped, per_day=content["volume"]["per_day"])
    table = SimpleNamespace(version=content["prices"]["table"], sha256="", overlays=())
    at = Terms(datetime(2026, 11, 22, tzinfo=UTC), False)
    compared = Compared(
        comparison,
        cast("PriceTable", table),
        at,
        base["name"],
        content["head"]["name"],
        base["revision"],
    )
    verdict = Verdict(
        content.get("verdict", ""), (), tuple(one["verdict"] for one in content["items"])
    )
    gate = gate_report(compared, Judged(verdict, Policy()) if "verdict" in content else None)
    reasons = [
        GateReason(
            **{
                key: reason.get(key)
                for key in ("level", "code", "text", "path", "line", "model", "judged_on")
            }
        )
        for reason in content.get("reasons", ())
    ]
    costs = [Decimal(item["change"]["cost"] or 0) for item in content["items"] if item["change"]]
    items_of_gate = (
        [
            replace(item, cost=cost) if item.status != "failed" else item
            for item, cost in zip(gate.items, costs, strict=True)
        ]
        if len(costs) == len(gate.items)
        else gate.items
    )
    return replace(
        gate,
        summary=tuple(content["summary"]),
        reasons=tuple(reasons),
        items=tuple(items_of_gate),
        assumptions=tuple(content["assumptions"]),
    )


def _change(item: dict[str, Any]) -> Change:
    base, head = (_side(item, item[side]) for side in ("base", "head"))
    if base is not None and item["base_model"]:
        base = base._replace(model=item["base_model"])
    is_complete = item["judged_on"] == "whole"
    judged = tuple(
        side if is_complete or side is None else side.input_side for side in (base, head)
    )
    effects = tuple(
        Effect(one["cause"], one["part"], one["tokens"], Decimal(one["cost"]))
        for one in item["effects"]
    )
    return Change(
        item["path"],
        item["model"],
        item["status"],
        base,
        head,
        effects,
        item["problem"],
        item["renamed_from"],
        item.get("note"),
        item["judged_on"],
        cast("Any", judged),
    )


def _side(item: dict[str, Any], side: dict[str, Any] | None) -> Side | None:
    if side is None:
        return None
    priced = side["cost"] is not None
    return Side(
        model=item["model"],
        usage=side["usage"],
        cost=Decimal(side["cost"]) if priced else None,
        unpriced=side["unpriced"],
        method=side["method"],
        margin=even(side["error"] or 0.0),
        parts=side["parts"],
        window=side.get("window"),
        output_source=side["output"]["source"],
        lines={u: Decimal(side[f"{u}_cost"]) for u in ("input", "output")} if priced else {},
        calls=side.get("calls"),
        line=item.get("line"),
    )


def report(content: dict[str, Any]) -> Report:
    """Return the report that holds a document."""
    gate, facts = gate_of(content), RunFacts("check", {}, 0, None)
    form = CHECK if gate.verdict else DIFF_FORMAT
    warnings = tuple(content["warnings"])
    return Report(form, lambda: document_of(gate, facts, warnings), (), warnings, gate)


def render(name: str, content: dict[str, Any], style: Style | None = None) -> str:
    """Return a document in a format."""
    text = renderer(name).render(report(content), style or Style())
    assert isinstance(text, str)
    return text


def comment(content: dict[str, Any], *, unicode: bool = True) -> str:
    """Return the comment on a pull request."""
    return markdown(gate_of(content), content["warnings"], unicode=unicode)


def page(markdown: str) -> str:
    """Return the HTML that a host makes of Markdown; HTML inside is let through."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def _seen_in_markdown(text: str) -> str:
    label = re.sub(r"<!--.*?-->|<[^>]+>", "", page(text))
    return html.unescape(label).replace("\u200b", "")


def _seen_in_junit(text: str) -> str:
    root = Xml.fromstring(text)
    return "\n".join([*root.itertext(), *(e.get("message", "") for e in root.iter())])


def _seen_on_github(text: str) -> str:
    data = [line.split("::", 2)[2] for line in text.splitlines() if line.startswith("::")]
    for escaped, plain in (("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        data = [line.replace(escaped, plain) for line in data]
    return "\n".join(data)


def _seen_on_gitlab(text: str) -> str:
    return "\n".join(finding["description"] for finding in json.loads(text))


def _seen_in_sarif(text: str) -> str:
    (run,) = json.loads(text)["runs"]
    entries = [*run["results"], *run["invocations"][0]["toolExecutionNotifications"]]
    return "\n".join(one["message"]["text"] for one in entries)


def _seen_in_json(text: str) -> str:
    document = json.loads(text)
    return "\n".join([*(one["text"] for one in document["reasons"]), *document["assumptions"]])


SINKS: Final[dict[str, Callable[[str], str]]] = {
    "github": _seen_on_github,
    "gitlab": _seen_on_gitlab,
    "json": _seen_in_json,
    "junit": _seen_in_junit,
    "markdown": _seen_in_markdown,
    "sarif": _seen_in_sarif,
}
