"""What a prompt costs, by tiktoken and genai-prices: `priced_by_genai.py FILE MODEL`."""

import json
import sys
from pathlib import Path

import tiktoken
from genai_prices import Usage, calc_price

text = Path(sys.argv[1]).read_text("utf-8")
tokens = len(tiktoken.get_encoding("o200k_base").encode_ordinary(text))
price = calc_price(Usage(input_tokens=tokens, output_tokens=0), model_ref=sys.argv[2])
print(json.dumps({"tokens": tokens, "cost": str(price.total_price)}))
