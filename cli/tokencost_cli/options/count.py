"""The options of `count`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, option
from tokencost_cli.options.prompts import MODELS, TextOptions


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CountOptions(TextOptions):
    """The texts, and the tokenizers they are counted with."""

    tokenizer: Annotated[
        tuple[str, ...],
        option(
            "--tokenizer",
            "-t",
            metavar="NAME|FILE",
            show_default=False,
            text="A family (see `tokencost tokenizers`), or a tokenizer.json or .tiktoken file.",
            panel=MODELS,
            complete=completion.tokenizers,
            paths=relative_paths.tokenizer,
        ),
        Before("var"),
    ] = ()
    chat_template: Annotated[
        tuple[str, ...],
        option(
            "--chat-template",
            metavar="FILE",
            show_default=False,
            text="Write requests out as a server does, by a .jinja file or a "
            "tokenizer_config.json; with --tokenizer FILE.",
            panel=MODELS,
            paths=relative_paths.plain,
        ),
    ] = ()
    compare: Annotated[
        bool,
        option("--compare", text="One line for every family.", panel=MODELS),
        Before("prices"),
    ] = False
