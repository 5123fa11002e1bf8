"""How many tokens: tokenizers, prompt formats, templates, and the counter over them."""
