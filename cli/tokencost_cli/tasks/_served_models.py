"""The counter of a command, with the models that its user serves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokencost_cli.runtime.context import is_file
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import AmbiguousModelError, InputError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.tokens.counter import Counter

if TYPE_CHECKING:
    from tokencost_cli.options.count import CountOptions
    from tokencost_cli.options.prompts import ServedOptions
    from tokencost_profiles.tokens.served_model import ServedModels


def counter_of(invocation: Invocation, options: ServedOptions, table: PriceTable) -> Counter:
    """Return what counts requests: those to served models by their files."""
    counter = invocation.counter()
    if options.tokenizer or options.chat_template:
        counter.served = served_models(invocation, options, table)
    return counter


def refuse_for_logs(options: ServedOptions) -> None:
    """Raise `UsageError` for files of a served model where recorded calls are measured."""
    if options.tokenizer or options.chat_template:
        raise UsageError("--tokenizer and --chat-template are for prompts, not for logs")


def served_models(
    invocation: Invocation, options: ServedOptions | CountOptions, table: PriceTable | None
) -> ServedModels:
    """Return the models that the options serve. Where there is no table, files name no models."""
    from tokencost_profiles.tokens.served_model import EVERY, ServedModels, served_model

    tokenizers = _files(invocation, "--tokenizer", options.tokenizer, table)
    templates = _files(invocation, "--chat-template", options.chat_template, table)
    # Files that name different models are not those of one model.
    is_one = len(tokenizers) == 1 and EVERY in (*tokenizers, *templates)
    only = next(iter(tokenizers.values())) if is_one else None
    if not tokenizers:
        served_model(None, None)
    models = {
        name: served_model(tokenizers.get(name, only), templates.get(name))
        for name in dict.fromkeys((*templates, *tokenizers))
        if name in templates or not (only and templates)
    }
    return ServedModels(models)


def _files(
    invocation: Invocation, flag: str, values: Sequence[str], table: PriceTable | None
) -> dict[str, tuple[Path, str]]:
    """Return the file of each model by its id; that of no stated model under an empty name."""
    files: dict[str, tuple[Path, str]] = {}
    for value in values:
        model, _, label = value.rpartition("=")
        if table is None or is_file(invocation.context.folder / value):
            model, label = "", value
        names = _ids(table, model) if table is not None and model else ("",)
        if not files.keys().isdisjoint(names):
            raise UsageError(
                f"{flag}: two files for {model or 'one model'}", hint=f"{flag} MODEL=FILE"
            )
        files |= dict.fromkeys(names, (_file(invocation, flag, label), label))
    return files


def _ids(table: PriceTable, name: str) -> tuple[str, ...]:
    """Return the ids of a model: it is the same at whoever sells it."""
    try:
        return (table.find(name).model.id,)
    except AmbiguousModelError as error:
        return tuple({offer.model.id: None for offer in error.candidates})


def _file(invocation: Invocation, flag: str, label: str) -> Path:
    """Return the path of a file. Raise `InputError` where there is none."""
    path = invocation.context.folder / label
    if not is_file(path):
        raise InputError(f"{flag}: no such file", file=label, hint=_hint(flag))
    return path


def _hint(flag: str) -> str:
    if flag == "--tokenizer":
        return "it takes a tokenizer.json or a .tiktoken file"
    return "it takes a .jinja file, or a tokenizer_config.json that holds `chat_template`"
