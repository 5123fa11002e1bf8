"""Commands: one file each, with a typer `app`. Options, one call, one render."""
