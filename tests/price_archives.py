"""Small archives as the public lists come in: made here, nothing is downloaded."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tokencost_pricing.imports.facts import Fact

_PI_AI = {"name": "@earendil-works/pi-ai", "version": "1.6.0"}


def wheel(
    path: Path, name: str, version: str, members: Mapping[str, str | bytes], year: int = 2026
) -> Path:
    """Write a wheel with the metadata of a release and some members, of November `year`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        about = f"{name.replace('-', '_')}-{version}.dist-info/METADATA"
        for member, content in {about: metadata, **members}.items():
            info = zipfile.ZipInfo(member, (year, 11, 20, 12, 0, 0))
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def tarball(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """Write a tar.gz with some members."""
    with tarfile.open(path, "w:gz") as archive:
        for member, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(member)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def litellm(
    folder: Path, entries: Mapping[str, Any], version: str = "1.110.2", year: int = 2026
) -> Path:
    """Write litellm's wheel with these entries."""
    member = "litellm/model_prices_and_context_window_backup.json"
    path = folder / f"litellm-{version}-py3-none-any.whl"
    return wheel(path, "litellm", version, {member: json.dumps(entries)}, year)


def pi_ai(folder: Path, provider: str, models: Iterable[Mapping[str, Any]], day: str) -> Path:
    """Write pi-ai's npm archive with the models of one provider."""
    data = {"api": {f"chat:{model['id']}": {"provider": provider, **model} for model in models}}
    data_folder = "package/dist/providers/data"
    return tarball(
        folder / "earendil-works-pi-ai-1.6.0.tgz",
        {
            "package/package.json": json.dumps(_PI_AI, indent=1),
            f"{data_folder}/.manifest.json": json.dumps({"generatedAt": f"{day}T10:00:00Z"}),
            f"{data_folder}/{provider}.json": json.dumps(data),
        },
    )


def packed(data: object) -> bytes:
    """Return JSON in gzip."""
    return gzip.compress(json.dumps(data).encode())


LIST_DAY = "2026-11-20"


def fact_lines(facts: list[Fact]) -> list[str]:
    """Return facts as lines of provider, id, field, value and days; list and family where new."""
    return [
        f"{fact.list}/{fact.family} {fact.provider} {fact.id} {fact.field} {fact.value:f} "
        f"{fact.first_seen}..{fact.last_seen or ''}"
        for fact in facts
    ]


def list_wheel(folder: Path, name: str, version: str, member: str, content: str | bytes) -> Path:
    """Write a wheel of a list that has one member."""
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    return wheel(path, name, version, {member: content})
