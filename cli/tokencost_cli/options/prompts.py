"""Which prompts are counted, on which models, and how they will be called."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, argument, option
from tokencost_cli.options.pricing import PRICING, BillerOptions, PricingOptions

MODELS: Final = "Models"
CALLS: Final = "Calls"
SERVED: Final = "Served by yourself"

Paths = Annotated[
    tuple[str, ...],
    argument(
        metavar="PATHS...",
        text="Files, folders (what git ignores is left out), globs, or - for standard input.",
        paths=relative_paths.plain,
    ),
    Before("prices"),
]
Models = Annotated[
    tuple[str, ...],
    option(
        "--model",
        "-m",
        metavar="NAME",
        show_default=False,
        text="A model, as logs or people call it; `azure/gpt-5` names the provider. Repeatable.",
        panel=MODELS,
        complete=completion.models,
    ),
]
Variables = Annotated[
    tuple[str, ...],
    option(
        "--var",
        metavar="NAME=VALUE|@FILE",
        show_default=False,
        text="Fill a placeholder of a template: name=Ann, context=@notes.txt. Repeatable.",
        panel=CALLS,
        paths=relative_paths.value_after_at,
    ),
]
Modes = Annotated[
    tuple[str, ...],
    option(
        "--mode",
        metavar="MODE",
        show_default=False,
        text="batch, flex, priority, fast or ultrafast. Repeatable, where a provider allows it.",
        panel=PRICING,
        complete=completion.modes,
    ),
]
Tokenizers = Annotated[
    tuple[str, ...],
    option(
        "--tokenizer",
        "-t",
        metavar="[MODEL=]FILE",
        show_default=False,
        text="Count with this tokenizer.json (or .tiktoken file): plain text if no template.",
        panel=SERVED,
        paths=relative_paths.after_equals,
    ),
]
Templates = Annotated[
    tuple[str, ...],
    option(
        "--chat-template",
        metavar="[MODEL=]FILE",
        show_default=False,
        text="Write requests out by this template, as the server does: a .jinja file, or a "
        "tokenizer_config.json. Goes with --tokenizer.",
        panel=SERVED,
        paths=relative_paths.after_equals,
    ),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TextOptions(BillerOptions):
    """Prompts, and the models that they are counted for."""

    paths: Paths = ()
    model: Models = ()
    var: Variables = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ServedOptions:
    """The tokenizers and the chat templates of models that the user serves."""

    tokenizer: Tokenizers = ()
    chat_template: Templates = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PromptOptions(ServedOptions, PricingOptions, TextOptions):
    """Prompts, the models that they are for, and how they will be called."""

    output_tokens: Annotated[
        str | None,
        option(
            "--output-tokens",
            metavar="N|2x|max|@FILE",
            text="Length of the answer: tokens, a multiple of the input, max (the most that the "
            "request allows), or a file that holds it.",
            panel=CALLS,
            paths=relative_paths.after_at,
        ),
        Before("var"),
    ] = None
    workload: Annotated[
        str | None,
        option(
            "--workload",
            metavar="NAME",
            text="A described load: answer length, calls a day, cached share.",
            panel=CALLS,
            complete=completion.workloads,
            paths=relative_paths.yaml,
        ),
    ] = None
    mode: Modes = ()
    region: Annotated[
        str | None,
        option(
            "--region",
            metavar="NAME",
            text="Where the call is served, such as us or eu.",
            panel=PRICING,
        ),
    ] = None
    cached_tokens: Annotated[
        int | None,
        option(
            "--cached-tokens", metavar="N", least=0, text="Input read from a cache.", panel=CALLS
        ),
    ] = None
    cached_prefix: Annotated[
        Path | None,
        option(
            "--cached-prefix",
            metavar="FILE",
            text="The text that a cache holds.",
            panel=CALLS,
            paths=relative_paths.plain,
        ),
    ] = None
    var: Variables = ()
    raw: Annotated[
        bool,
        option(
            "--raw",
            text="The text alone, without the tokens that a chat request adds.",
            panel=CALLS,
        ),
    ] = False
    per_day: int | None = None  # calls; a flag where the command projects costs
