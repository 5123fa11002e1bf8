"""Jinja2, sandboxed: no template reaches a file, another template, or anything of Python's.

A name that nothing fills, a filter, a tag and a template that is not there are left open under
their names.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from tokencost_profiles.tokens.template_engines.template import (
    MOST_TEXT,
    Engine,
    Rendered,
    TemplateError,
)

if TYPE_CHECKING:
    from jinja2 import nodes as tree

_UNKNOWN_TAG: Final = re.compile(r"unknown tag '(\w+)'")
_MOST_TAGS: Final = 40  # unknown ones of a template


def render(source: str, values: Mapping[str, Any], longest: bool) -> Rendered:
    """Render a template; see `Engine`."""
    from tokencost_profiles.tokens.template_engines.jinja_open import Open
    from tokencost_profiles.tokens.template_engines.jinja_sandbox import Refusal, environment

    unfilled: dict[str, None] = {}
    open_class = type("OpenPlace", (Open,), {"names": unfilled, "longest": longest})
    sandbox = environment(open_class)
    parsed = _parse(sandbox, source, unfilled)
    _rewrite(parsed)
    blocks: list[str] = []
    size = 0
    try:
        template = sandbox.from_string(parsed)
        context = template.new_context(copy.deepcopy(dict(values)))
        # Not `generate`: it rewrites the traceback of an error, which is slow and not needed.
        for block in template.root_render_func(context):
            size += len(block)
            if size > MOST_TEXT:
                raise Refusal(f"renders to more than {MOST_TEXT >> 20} MB")
            blocks.append(block)
    except RecursionError:
        if longest:  # a macro that calls itself as long as an open condition holds
            return render(source, values, False)
        raise TemplateError("nested too deeply") from None
    except Refusal as error:
        raise TemplateError(str(error)) from None
    except Exception as error:
        # An expression of a template can fail in as many ways as one of Python.
        raise TemplateError(f"cannot be rendered: {error}") from error
    return Rendered("".join(blocks), tuple(unfilled))


def _parse(sandbox: Any, source: str, unfilled: dict[str, None]) -> tree.Template:
    """Parse a template; tags that Jinja2 does not have are taken out and noted."""
    from jinja2 import TemplateSyntaxError

    for _ in range(_MOST_TAGS):
        try:
            parsed: tree.Template = sandbox.parse(source)
            return parsed
        except TemplateSyntaxError as error:
            unknown = _UNKNOWN_TAG.search(str(error.message))
            if unknown is None:
                reason = str(error.message).split(". ")[0].rstrip(".")
                raise TemplateError(f"not Jinja2: {reason}", error.lineno) from None
            name = unknown[1]
            if not name.startswith("end"):
                unfilled[f"% {name}"] = None
            source = _without_tag(source, name)
        except RecursionError:
            raise TemplateError("nested too deeply") from None
        except Exception as error:
            # Constant expressions are evaluated when a template is parsed.
            raise TemplateError(f"not Jinja2: {error}") from error
    raise TemplateError("not Jinja2: too many unknown tags")


def _without_tag(source: str, name: str) -> str:
    def lines(match: re.Match[str]) -> str:
        return "\n" * match[0].count("\n")

    return re.sub(rf"\{{%[-+]?\s*(?:end)?{name}\b.*?%\}}", lines, source, flags=re.DOTALL)


def _rewrite(parsed: tree.Template) -> None:
    """Replace what would read another template, and let open places be taken apart."""
    from jinja2 import nodes

    def opened(kind: str, template: tree.Expr, line: int) -> tree.Filter:
        return nodes.Filter(
            template, "open_template", [nodes.Const(kind)], [], None, None, lineno=line
        )

    def assigned(name: str, node: Any) -> tree.Assign:
        value = opened("import", node.template, node.lineno)
        return nodes.Assign(nodes.Name(name, "store"), value, lineno=node.lineno)

    def replaced(node: Any) -> list[Any]:
        if isinstance(node, nodes.Include):
            return [
                nodes.Output([opened("include", node.template, node.lineno)], lineno=node.lineno)
            ]
        if isinstance(node, nodes.Extends):
            return [
                nodes.Output([opened("extends", node.template, node.lineno)], lineno=node.lineno)
            ]
        if isinstance(node, nodes.Import):
            return [assigned(node.target, node)]
        if isinstance(node, nodes.FromImport):
            names = [name if isinstance(name, str) else name[1] for name in node.names]
            return [assigned(name, node) for name in names]
        return [node]

    for holder in [parsed, *parsed.find_all(nodes.Node)]:
        for field, value in list(holder.iter_fields()):
            if isinstance(value, list):
                setattr(holder, field, [new for node in value for new in replaced(node)])
        if isinstance(holder, (nodes.For, nodes.Assign)) and isinstance(holder.target, nodes.Tuple):
            side = "iter" if isinstance(holder, nodes.For) else "node"
            count = [nodes.Const(len(holder.target.items))]
            name = "open_tuples" if isinstance(holder, nodes.For) else "open_tuple"
            parts = nodes.Filter(
                getattr(holder, side), name, count, [], None, None, lineno=holder.lineno
            )
            setattr(holder, side, parts)


ENGINE: Final = Engine("jinja2", render)
