"""Files that are no logs of calls: refused in one line that says what they are and where to go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from logs.reading import from_text
from tokencost_pricing.errors import InputError
from tokencost_profiles.files.archives import open_inputs
from tokencost_profiles.files.paths import from_bytes
from tokencost_profiles.logs.formats import detect

TURNS = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]
ASKED = {"model": "gpt-5", "messages": TURNS[:1]}
FRONT = "---\nname: greet\nmodel:\n  api: chat\n---\n"


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def taken_by(text: str, name: str) -> str | None:
    (log_file,) = open_inputs(from_bytes(text.encode(), name))
    reader = detect(log_file)
    return reader.name if reader else None


PROMPTS = [
    ("fine-tuning.jsonl", lines({"messages": TURNS}, {"messages": TURNS}), "conversations"),
    ("messages.json", json.dumps(TURNS), "conversations"),
    ("messages.jsonl", lines(TURNS, TURNS), "conversations"),
    ("sharegpt.json", json.dumps([{"conversations": [{"from": "human", "value": "Hi"}]}]), "conv"),
    ("few-shot.jsonl", lines({"messages_display": "user: Hi\nassistant: Hello"}), "conversations"),
    ("completions.jsonl", lines({"prompt": "Hi", "completion": "Hello"}), "conversations"),
    ("body.json", json.dumps(ASKED, indent=1), "requests"),
    (
        "batch.jsonl",
        lines({"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": ASKED}),
        "requests",
    ),
    ("batch.jsonl", lines({"custom_id": "1", "params": ASKED}), "requests"),
    ("greet.prompty", f"{FRONT}\nsystem:\nBe kind.\n", "prompt file"),
    ("greet.prompt", f"# licence\n\n{FRONT}{{{{role 'user'}}}}\nHi\n", "prompt file"),
]

EXPORTS = [
    (
        "manifest.json.out",
        json.dumps({"totalRecordCount": 2, "inputTokenCount": 900, "outputTokenCount": 80}),
        "manifest of a batch",
    ),
    (
        "cursor.csv",
        '\ufeff"Date","User","Kind","Model","Max Mode","Input (w/ Cache Write)",'
        '"Input (w/o Cache Write)","Cache Read","Output Tokens","Total Tokens","Cost"\r\n'
        '"2026-09-01T10:00:00.000Z","a@b.c","Included","gpt-5.4","No","10","5","90","7","112","-"\r\n',
        "Cursor",
    ),
    (
        "team.csv",
        "Date;Model;Input (w/ Cache Write);Input (w/o Cache Write);Cache Read;Output Tokens;"
        "Total Tokens;Cost;Cost to you\n2026-03-01;auto;1;2;3;4;10;0.1;0\n",
        "Cursor",
    ),
    (
        "claude_api_tokens.csv",
        "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,"
        "usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
        "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens\n"
        "2026-09-01,claude-opus-5,key,Default,standard,\u2264 200k,10,0,0,900,80\n",
        "usage export of Anthropic's console",
    ),
    (
        "claude_api_cost.csv",
        "usage_date_utc,model,workspace,api_key,usage_type,token_type,cost_usd\n"
        "2026-09-01,Claude Haiku 4.5,Default,key,message,output,0.01\n",
        "cost export of Anthropic's console",
    ),
    (
        "openai-cost.csv",
        "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,"
        'project_id\n1790812800,1790899200,a,b,0.29,usd,"gpt-5.4, input",p\n',
        "cost export of OpenAI's console",
    ),
    (
        "completions_usage.tsv",
        "start_time\tend_time\tproject_id\tnum_model_requests\tmodel\tinput_tokens\t"
        "output_tokens\tinput_cached_tokens\n1790812800\t1790899200\tp\t3.0\tgpt-5.4\t59200.0\t"
        "800.0\t100.0\n",
        "usage export of OpenAI's console",
    ),
    (
        "activity.json",
        json.dumps({"data": [{"aggregation_timestamp": 1, "n_context_tokens_total": 9}]}),
        "activity export of OpenAI's console",
    ),
    (
        "copilot.csv",
        '"date","username","product","sku","model","quantity","unit_type","gross_amount"\n'
        '"2026-09-01","ana","Copilot","copilot_ai_credit","Claude Opus 5","3","credits","0.03"\n',
        "GitHub Copilot",
    ),
    (
        "cost-table.csv",
        "Invoice number,1\nInvoice date,2026-10-01\n\nProject name,Service description,"
        "SKU description,SKU ID,Usage amount\np,Gemini API,input,A-B,9\n",
        "cost table of Google Cloud",
    ),
    (
        "gateway.json",
        json.dumps({"results": [{"day": "2026-09-01", "market_cost": 1, "request_count": 2}]}),
        "Vercel",
    ),
    ("focus.csv", "\ufeffBilledCost,ChargePeriodStart\n1,2026-01-01\n", "FOCUS"),
    ("cur.csv", "line_item_usage_type,line_item_usage_amount\nx,1\n", "AWS"),
    ("cur.csv", "identity/LineItemId,lineItem/UsageType,lineItem/UsageAmount\na,x,1\n", "AWS"),
    ("gcp.csv", '"service.description","sku.description","cost"\n"a","b",1\n', "Google Cloud"),
    (
        "gcp.jsonl",
        lines({"service": {"description": "a"}, "sku": {"description": "b"}, "cost": 1.5}),
        "Google Cloud",
    ),
    ("azure.csv", "MeterCategory;Quantity;CostInBillingCurrency\na;1;2\n", "Azure"),
    (
        "usage.json",
        json.dumps({"object": "page", "data": [{"object": "bucket", "results": []}]}, indent=1),
        "OpenAI",
    ),
    ("cost.json", lines({"data": [{"starting_at": "2026-01-01", "results": []}]}), "Anthropic"),
    ("team.json", lines({"data": [{"actor": {}, "model_breakdown": []}]}), "Claude Code"),
]


@pytest.mark.parametrize(("name", "text", "word"), PROMPTS)
def test_text_for_models_is_sent_to_estimate(name: str, text: str, word: str) -> None:
    assert taken_by(text, name) == "prompts"
    with pytest.raises(InputError, match=word) as caught:
        from_text(text, name)
    assert caught.value.hint
    assert f"tokencost estimate {name}" in caught.value.hint
    assert name in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(("name", "text", "word"), EXPORTS)
def test_exports_are_named_and_not_counted(name: str, text: str, word: str) -> None:
    assert taken_by(text, name) == "bills"
    with pytest.raises(InputError, match=word) as caught:
        from_text(text, name)
    assert name in caught.value.message
    assert "not the calls" in caught.value.message


def test_a_recording_of_a_usage_export_is_refused_too() -> None:
    url = "https://api.openai.com/v1/organization/usage/completions?start_time=1"
    row = {"request": {"method": "GET", "uri": url}, "response": {"body": {"string": "{}"}}}
    with pytest.raises(InputError, match="usage exports"):
        from_text(json.dumps({"interactions": [row]}, indent=1), "cassette.json")


def test_what_tells_of_usage_is_not_refused() -> None:
    usage = {"tokens_in": 5, "tokens_out": 2}
    for text in (
        lines({"messages": TURNS}, {"messages": TURNS, "usage": usage}),
        json.dumps({"model": "gpt-5", "messages": TURNS, "stats": usage}, indent=1),
    ):
        calls, _ = from_text(text, "log.jsonl")
        assert [call.usage for call in calls] == [{"input": 5, "output": 2}]


def test_text_that_is_neither_is_no_log() -> None:
    for text in ("---\ntitle: A page\n---\nHello.\n", "date,amount\n1,2\n", "Hello\n"):
        assert taken_by(text, "file.txt") is None
