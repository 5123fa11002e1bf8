"""Literal calls in Python source, read as data: nothing is run, no name is looked up."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from typing import Any, Final

_LARGEST: Final = 16_000_000


def assigned_literal(source: str, name: str) -> Any:
    """Return the value assigned to `name` at the top of a module.

    Constants, lists, tuples and dicts stand for themselves, a dotted name for its text;
    `Decimal('1')` is a number, `datetime.date(2026, 1, 2)` an ISO day, any other call a dict of its
    keyword arguments. Raise
    `ValueError` for anything else, `SyntaxError` where it is not Python.
    """
    if len(source) > _LARGEST:
        raise ValueError("larger than a list of prices can be")
    for statement in ast.parse(source).body:
        target = getattr(statement, "target", None) or (
            statement.targets[0] if isinstance(statement, ast.Assign) else None
        )
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and target.id == name and value is not None:
            return _value(value)
    raise ValueError(f"nothing is assigned to '{name}'")


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(element) for element in node.elts]
    if isinstance(node, ast.Dict):
        return {
            str(_value(key)): _value(value)
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        }
    if isinstance(node, ast.Call):
        return _call(node)
    if isinstance(node, ast.Attribute):
        return ast.unparse(node)  # such as `datetime.timezone.utc`: its name, not its value
    raise ValueError(f"line {node.lineno}: {type(node).__name__} is no literal")


def _call(node: ast.Call) -> Any:
    called = ast.unparse(node.func)
    values = [_value(argument) for argument in node.args]
    if called == "Decimal" and len(values) == 1 and isinstance(values[0], (str, int)):
        return Decimal(values[0])
    if called == "datetime.date":
        return str(date(*values))
    if values and called != "datetime.time":
        raise ValueError(f"line {node.lineno}: a call with positional arguments is no literal")
    return {str(keyword.arg): _value(keyword.value) for keyword in node.keywords}
