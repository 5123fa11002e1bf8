"""A chat template, ready to write out requests as the server of its user does."""

from __future__ import annotations

import copy
import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.content import ToolCall
from tokencost_profiles.tokens.chat_templates.conversation import (
    messages_of,
    settings_of,
    tools_of,
)

if TYPE_CHECKING:
    from jinja2 import Template

    from tokencost_profiles.calls.content import Request
    from tokencost_profiles.tokens.chat_templates.template_file import TemplateFile

_LONGEST_REASON: Final = 200
_SPECIAL_TOKEN: Final = re.compile(r"\b(?:bos|eos|unk|pad)_token\b")
_UNDEFINED_TOKEN: Final = re.compile(r"_token' is undefined")


class ChatTemplate:
    """Writes requests out. What a conversation may take, of time and text, is bounded."""

    def __init__(self, file: TemplateFile) -> None:
        self.file = file
        self._compiled: dict[str, tuple[Template, bool]] = {}
        self._sandbox: Any = None

    def text(self, request: Request, day: date) -> str:
        """Return what the server sends for a request on a day.

        Raise `InputError` for a template that is malformed, that asks for too much, or that refuses
        the conversation.
        """
        from tokencost_profiles.tokens.chat_templates.sandbox import TemplateRefusal
        from tokencost_profiles.tokens.template_engines.jinja_sandbox import Refusal

        # A template may add to lists: what it may change is a copy.
        settings, tools = copy.deepcopy((settings_of(request), tools_of(request)))
        template, in_parts = self._template(self.file.source(tools=bool(tools)))
        has_calls = any(isinstance(block, ToolCall) for _, block in request.blocks())
        for as_text in (False, True) if has_calls else (False,):
            messages = messages_of(request, in_parts=in_parts, as_text=as_text)
            names = {
                "documents": None,
                "add_generation_prompt": True,
                **self.file.tokens,
                **settings,
                "messages": messages,
                "tools": tools,
                "strftime_now": datetime.combine(day, time()).strftime,
            }
            try:
                text = self._rendered(template, names)
            except TemplateRefusal as error:
                raise self._error(f"refuses the conversation: {error}") from None
            except Refusal as error:
                raise self._error(f"asks for too much: {error}") from None
            except RecursionError:
                raise self._error("nested too deeply") from None
            except Exception as error:
                # An expression of a template can fail in as many ways as one of Python. Templates
                # differ in whether they take the arguments of a call as a value or as text.
                failure = error
            else:
                if messages and not text.strip():
                    raise self._error("writes nothing for the conversation")
                return text
        raise self._error(f"cannot be rendered: {failure}")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not known of what it writes."""
        if self.file.has_config or not any(
            map(_SPECIAL_TOKEN.search, self.file.templates.values())
        ):
            return ()
        return (
            f"{self.file.label}: its special tokens are not known, and left out: "
            "no tokenizer_config.json lies beside it",
        )

    def _rendered(self, template: Template, names: dict[str, Any]) -> str:
        open_ended = bool(names.pop("continue_final_message", False))
        if open_ended:
            names["add_generation_prompt"] = False
        self._sandbox.budget.start()
        blocks = []
        # Not `generate`: it rewrites the traceback of an error, which is slow and not needed.
        for block in template.root_render_func(template.new_context(names)):
            self._sandbox.budget.write(len(block))
            blocks.append(block)
        text = "".join(blocks)
        last = names["messages"][-1]["content"] if open_ended and names["messages"] else ""
        if isinstance(last, str) and last.strip() and last.strip() in text:
            # The answer goes on where the last message ends.
            text = text[: text.rindex(last.strip()) + len(last.strip())]
        return text

    def _template(self, source: str) -> tuple[Template, bool]:
        """Return a compiled template, and whether it goes through the parts of a message."""
        known = self._compiled.get(source)
        if known is not None:
            return known
        from jinja2 import TemplateSyntaxError

        from tokencost_profiles.tokens.chat_templates.sandbox import ChatSandbox, goes_through_parts

        if self._sandbox is None:
            self._sandbox = ChatSandbox()
        try:
            template = self._sandbox.compiled(source), goes_through_parts(self._sandbox, source)
        except TemplateSyntaxError as error:
            reason = str(error.message).split(". ")[0].rstrip(".")
            raise self._error(f"not a chat template: {reason}", error.lineno) from None
        except Exception as error:
            # Constant expressions are evaluated when a template is compiled.
            raise self._error(f"not a chat template: {error}") from None
        self._compiled[source] = template
        return template

    def _error(self, reason: str, line: int | None = None) -> InputError:
        text = " ".join(reason.split())
        short = text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 3]}..."
        hint = "it must be the Jinja2 template that the server of the model uses"
        if _UNDEFINED_TOKEN.search(text):
            hint = "a tokenizer_config.json beside it names its special tokens"
        return InputError(short, file=self.file.label, line=line, hint=hint)
