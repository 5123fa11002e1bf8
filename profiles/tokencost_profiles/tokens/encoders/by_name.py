"""The tokenizer family of a model by its name, for models that no price table has."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Asked in this order. What may stand before a name: the path of its maker, the prefix of a host
# (`us.meta.`, `@cf/meta/`), and after it a version, a quantisation, the host after a colon.
_RULES: Final = (
    (r"mistral-7b(?:-instruct)?-v0[.:]?[12]\b|open-mistral-7b", "mistral-v1"),
    (r"(?:open-)?mi[sx]tral-8x7b|mistral-7b-instruct:|mistral-tiny|mistral-embed", "mistral-v1"),
    (r"mistral-7b|(?:open-)?mi[sx]tral-8x22b|codestral-22b|codestral-mamba", "mistral-v3"),
    (
        r"(?:open-)?(?:mistral|mixtral|ministral|magistral|pixtral|voxtral|codestral|devstral)\b",
        "mistral-tekken",
    ),
    # A model distilled from another is its base, not its teacher.
    (r"deepseek-r1-distill-llama|deepseek-r1-distill.*llama", "llama-3"),
    (r"deepseek-r1-(?:0528-)?(?:distill-)?.*qwen", "qwen-3"),
    (r"deepseek-(?:llm|coder-\d|coder-v2)", "deepseek-v3"),
    (r"deepseek|r1-1776|tng-r1|mai-ds-r1", "deepseek-v3"),
    (r"gpt-oss", "o200k_harmony"),
    (r"llama-?4|llama-guard-4", "llama-4"),
    (r"llama-?2|codellama|code-llama", "llama-2"),
    (
        r"(?:meta-)?llama(?:-guard)?-?v?3|llama-guard|llama\d|hermes-[34]|nemotron-[a-z]*-?\d+b-llama",
        "llama-3",
    ),
    (r"llama-3\.\d-nemotron|.*llama-?3[.\-_]\d|llama-[\d.]*-?sonar|sonar", "llama-3"),
    (r"(?:[a-z]+-)?qwen-?3[.p][5-9]|qwen-?[4-9]", "qwen-3.5"),
    (r"qwen|qwq|qvq|tongyi", "qwen-3"),
    (r"(?:zai-)?glm|chatglm|autoglm", "glm-4"),
    (r"kimi|moonshot", "kimi-k2"),
    (r"gemma|shieldgemma|medgemma|codegemma", "gemma-3"),
    (r"gemini|learnlm", "gemini"),
    (r"phi-?4", "phi-4"),
    (r"phi-?2", "codegen"),
    (r"muse-", "muse"),
    (r"phi-?3(?:\.5)?-(?:mini|medium)|yi-\d", "llama-2"),
    (r"minimax|abab", "minimax"),
    (r"claude-opus-4[-.]7", "claude-4.7"),
    (r"claude-(?:opus-[5-9]|(?:sonnet|haiku|fable|mythos)-(?:5[-.]5|[6-9]))", "claude-5"),
    (r"claude-(?:opus-4[-.][89]|sonnet-5|haiku-5|fable|mythos)", "claude-4.8"),
    (r"claude-(?:v[12]|2|instant)", "claude-2"),
    (r"claude", "claude-3"),
    (r"nova-|titan-", "nova"),
    (r"grok", "grok"),
    (r"command|c4ai|aya|embed-(?:english|multilingual|v)|rerank-", "cohere"),
    (r"jamba|j2-", "jamba"),
    (r"gpt-3\.5|gpt-35|gpt-4(?!o|\.\d)|text-embedding-(?:3|ada)", "cl100k_base"),
    (r"gpt-4o|gpt-4\.|gpt-[5-9]|chatgpt-4o|o[134](?:-|\b)|codex-|computer-use", "o200k_base"),
    (r"voyage", "voyage"),
)
_BEFORE: Final = (
    r"(?:ft:)?(?:(?:us|eu|apac|global|jp|au|ca|sa|us-gov)\.)?"
    r"(?:(?:amazon|meta|mistral|mistralai|deepseek|qwen|openai|google|anthropic|minimax"
    r"|moonshot|moonshotai|nvidia|zai|ai21|cohere|writer)\.)?"
    r"(?:(?:databricks|meta|hf|accounts|azure|snowflake|dsv|openai)-)?"
)
_COMPILED: Final = tuple(
    (re.compile(rf"{_BEFORE}(?:{expression})", re.IGNORECASE), family)
    for expression, family in _RULES
)


@lru_cache(maxsize=4096)
def family_of(model: str) -> str | None:
    """Return the tokenizer family that a model's name tells, or None."""
    name = model.rstrip("/").rsplit("/", 1)[-1]
    for expression, family in _COMPILED:
        if expression.match(name):
            return family
    return None
