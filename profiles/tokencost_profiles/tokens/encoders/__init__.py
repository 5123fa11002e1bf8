"""The engines of tokenizers: vocabularies, splitting, merging."""
