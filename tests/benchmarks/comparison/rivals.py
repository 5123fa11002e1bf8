"""The rivals: two native programs of npm and some Python libraries, in one folder.

They are fetched when `--fetch` asks for it, and at no other time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders.vocabulary import tokens_of

_PROGRAMS: Final = {
    "ccusage": ("@ccusage/ccusage-linux-x64", "20.0.24"),
    "tokscale": ("@tokscale/cli-linux-x64-gnu", "4.17.0"),
}
_LIBRARIES: Final = ("orjson", "tiktoken", "genai-prices", "litellm")
# tiktoken's name for the file of o200k_base in its cache.
_O200K: Final = "fb374d419588a4632f3f557e76b4b70aebbca790"
SCRIPTS: Final = Path(__file__).parents[1] / "rival_scripts"


class Rivals:
    """The programs of a folder. What is not there is None."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def program(self, name: str) -> str | None:
        """Return the path of a native program."""
        if self.folder is None:
            return None
        path = self.folder / "node_modules" / _PROGRAMS[name][0] / "bin" / name
        return str(path) if path.is_file() and os.access(path, os.X_OK) else None

    def script(self, name: str, *arguments: str) -> list[str] | None:
        """Return the command that runs a script with the libraries of the folder."""
        python = self.folder / "python" / "bin" / "python" if self.folder else None
        if python is None or not python.is_file():
            return None
        return [str(python), str(SCRIPTS / f"{name}.py"), *arguments]

    def environment(self) -> dict[str, str]:
        """Return where tiktoken has its vocabulary, written there from ours."""
        if self.folder is None:
            return {}
        cache = self.folder / "vocabulary"
        path = cache / _O200K
        if not path.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            tokens = sorted(tokens_of("o200k_base").items())
            path.write_bytes(b"".join(b64encode(token) + b" %d\n" % rank for rank, token in tokens))
        # litellm has a price list of its own, and would look for a newer one.
        return {"TIKTOKEN_CACHE_DIR": str(cache), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def fetch(folder: Path) -> None:
    """Install the rivals into a folder, with npm and pip as they are set up here."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{package}@{version}" for package, version in _PROGRAMS.values()]
    npm = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *names]
    subprocess.run(npm, check=True)
    for name, (package, _) in _PROGRAMS.items():
        (folder / "node_modules" / package / "bin" / name).chmod(0o755)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "python")], check=True)
    python = str(folder / "python" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", *_LIBRARIES], check=True)
