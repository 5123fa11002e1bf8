#!/usr/bin/env bash
# Any other host: compare with where this branch left main, keep every report, pass on the answer.
set -euo pipefail

base="$(git merge-base HEAD "${1:-origin/main}")"
reports="${REPORTS:-reports}"
mkdir -p "$reports"

code=0
tokencost check prompts/ --git "$base" \
  --max-increase "${MAX_INCREASE:-10%}" \
  --report "json=$reports/cost.json" \
  --report "junit=$reports/cost.xml" \
  --report "markdown=$reports/cost.md" || code=$?

case "$code" in
  0) echo "within the limits" ;;
  1) echo "costs more than the limits allow: see $reports/cost.md" ;;
  *) echo "no answer: tokencost ended with $code" ;;
esac
exit "$code"
