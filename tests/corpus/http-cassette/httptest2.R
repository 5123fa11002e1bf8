structure(list(method = "POST", url = "https://api.openai.com/v1/chat/completions", 
    status_code = 200L, headers = structure(list(date = "Mon, 01 Jun 2026 10:00:00 GMT", 
        `content-type` = "application/json"), class = "httr2_headers"), 
    body = charToRaw("{\"id\": \"chatcmpl-recordCorpus00000025\", \"object\": \"chat.completion\", \"created\": 1780000025, \"model\": \"gpt-4.1-mini-2025-04-14\", \"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Hello\"}, \"finish_reason\": \"stop\"}], \"usage\": {\"prompt_tokens\": 100, \"completion_tokens\": 10, \"total_tokens\": 110, \"prompt_tokens_details\": {\"cached_tokens\": 40}}}"), cache = new.env(parent = emptyenv())), class = "httr2_response")
