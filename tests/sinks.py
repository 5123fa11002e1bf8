"""What every sink says, read back: the text that a person sees there."""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Xml

import xmlschema
from markdown_it import MarkdownIt

from tokencost_cli.output.renderers import Style, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import visible

_HERE: Final = Path(__file__).parent / "cli"
DOCUMENT: Final[dict[str, Any]] = json.loads((_HERE / "check_document.json").read_text("utf-8"))
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

DIFF = {
    key: value
    for key, value in {**DOCUMENT, "format": "tokencost.diff/1"}.items()
    if key not in ("policy", "verdict", "reasons", "sampled")
}


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
    for effect in changed["total"]["effects"]:
        effect["part"] = effect["part"] and name
    for reason in changed["reasons"]:
        reason |= {"path": name, "model": name, "message": f"{name} is over the limit, {name}!"}
    changed["warnings"] = [f"{name}: no price"]
    changed["summary"] = [f"{name} has 3 input tokens more", f"1 new ({name})"]
    changed["assumptions"] = [f"assumed: {name}; name the model with -m"]
    changed["base"]["name"] = changed["head"]["name"] = changed["prices"]["table"] = name
    return changed


def report(content: dict[str, Any]) -> Report:
    """Return the report that holds a document."""
    data = {key: value for key, value in content.items() if key not in ("format", "warnings")}
    return Report(content["format"], data, (), tuple(content["warnings"]))


def render(name: str, content: dict[str, Any], style: Style | None = None) -> str:
    """Return a document in a format."""
    text = renderer(name).render(report(content), style or Style())
    assert isinstance(text, str)
    return text


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
    return "\n".join([*(one["message"] for one in document["reasons"]), *document["assumptions"]])


SINKS: Final[dict[str, Callable[[str], str]]] = {
    "github": _seen_on_github,
    "gitlab": _seen_on_gitlab,
    "json": _seen_in_json,
    "junit": _seen_in_junit,
    "markdown": _seen_in_markdown,
    "sarif": _seen_in_sarif,
}
