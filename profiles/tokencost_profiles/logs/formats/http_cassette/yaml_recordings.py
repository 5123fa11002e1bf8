"""YAML recordings, of one document or many."""

from __future__ import annotations

from typing import Any

from tokencost_pricing.errors import InputError


def load_yaml(content: str, label: str) -> Any:
    """Load a YAML recording. One that is cut off is read up to its last complete exchange."""
    try:
        return _yaml(content)
    except ValueError as error:
        last = max(content.rfind("\n- request:"), content.rfind("\n  - request:"))
        if last > 0:
            try:
                return _yaml(content[:last])
            except ValueError:
                pass
        raise InputError(f"not YAML: {error}", file=label) from error


def _yaml(content: str) -> Any:
    """Load YAML with tags of any language taken for what they wrap. Raise `ValueError`.

    Several documents are a list of them.
    """
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    loader_class: Any = type("Loader", (base,), {})

    def plain(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    loader_class.add_multi_constructor("", plain)
    try:
        documents = [one for one in yaml.load_all(content, loader_class) if one is not None]
    except (yaml.YAMLError, RecursionError, OverflowError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error)
        raise ValueError(f"{line}{str(problem).splitlines()[0] if problem else ''}") from error
    return documents[0] if len(documents) == 1 else documents
