"""Count the texts of a folder by tiktoken: `tiktoken_texts.py FOLDER`."""

import json
import sys
from pathlib import Path

import tiktoken

encoding = tiktoken.get_encoding("o200k_base")
tokens = 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    tokens += len(encoding.encode_ordinary(path.read_text("utf-8")))
print(json.dumps({"tokens": tokens}))
