"""Parse each line of a log by orjson, and do nothing with it: `orjson_lines.py FILE`."""

import json
import sys

import orjson

rows = 0
with open(sys.argv[1], "rb", 1 << 20) as file:
    for line in file:
        orjson.loads(line)
        rows += 1
print(json.dumps({"rows": rows}))
