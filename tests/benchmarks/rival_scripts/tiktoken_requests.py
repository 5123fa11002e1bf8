"""Count the messages of requests by tiktoken: `tiktoken_requests.py FILE`."""

import json
import sys

import orjson
import tiktoken

encoding = tiktoken.get_encoding("o200k_base")
tokens = 0
with open(sys.argv[1], "rb", 1 << 20) as file:
    for line in file:
        for message in orjson.loads(line)["messages"]:
            tokens += len(encoding.encode_ordinary(message["content"]))
print(json.dumps({"tokens": tokens}))
