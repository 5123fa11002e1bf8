"""What a prompt costs, by litellm: `priced_by_litellm.py FILE MODEL`."""

import json
import sys
from pathlib import Path

import litellm

text = Path(sys.argv[1]).read_text("utf-8")
tokens = litellm.token_counter(model=sys.argv[2], text=text)
cost, _ = litellm.cost_per_token(model=sys.argv[2], prompt_tokens=tokens, completion_tokens=0)
print(json.dumps({"tokens": tokens, "cost": str(cost)}))
