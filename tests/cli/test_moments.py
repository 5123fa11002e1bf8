"""Words for the ends of a range of time."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tokencost_pricing.errors import UsageError
from tokencost_profiles.logs.time_range import Clock, end_of, start_of

Cli = Callable[..., Any]
BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday; 23:30 in UTC is the Thursday in Berlin.
NOW = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)


def clock(now: datetime = NOW, zone: Any = UTC, folder: Path = Path()) -> Clock:
    return Clock(now, zone, folder, dict(os.environ))


def span(text: str, at: Clock) -> tuple[str, str]:
    first, second = (
        datetime.fromtimestamp(edge(text, at), at.zone).strftime("%Y-%m-%d %H:%M")
        for edge in (start_of, end_of)
    )
    return first, second


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-02-28", "2026-02-28 00:00", "2026-03-01 00:00"),
        ("2026-02-28T10:30", "2026-02-28 10:30", "2026-02-28 10:30"),
        ("today", "2026-03-04 00:00", "2026-03-05 00:00"),
        ("Yesterday", "2026-03-03 00:00", "2026-03-04 00:00"),
        ("monday", "2026-03-02 00:00", "2026-03-03 00:00"),
        ("month", "2026-03-01 00:00", "2026-04-01 00:00"),
        ("last-month", "2026-02-01 00:00", "2026-03-01 00:00"),
        ("7d", "2026-02-25 23:30", "2026-02-25 23:30"),
        ("4w", "2026-02-04 23:30", "2026-02-04 23:30"),
        ("0d", "2026-03-04 23:30", "2026-03-04 23:30"),
    ],
)
def test_what_a_word_names(text: str, start: str, end: str) -> None:
    assert span(text, clock()) == (start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-03-05 00:00", "2026-03-06 00:00"),
        ("yesterday", "2026-03-04 00:00", "2026-03-05 00:00"),
        ("monday", "2026-03-02 00:00", "2026-03-03 00:00"),
    ],
)
def test_days_are_those_of_the_zone(text: str, start: str, end: str) -> None:
    assert span(text, clock(zone=BERLIN)) == (start, end)


def test_monday_is_today_on_a_monday() -> None:
    at = clock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert span("monday", at) == span("today", at)


def test_the_day_on_which_the_clock_changes_has_23_hours() -> None:
    at = clock(datetime(2026, 3, 29, 12, tzinfo=UTC), BERLIN)
    assert end_of("today", at) - start_of("today", at) == 23 * 3600


def test_the_last_month_of_january_is_december() -> None:
    at = clock(datetime(2027, 1, 31, 12, tzinfo=UTC))
    assert span("last-month", at) == ("2026-12-01 00:00", "2027-01-01 00:00")


@pytest.mark.parametrize("text", ["tomorow", "todya", "7x", "week", "", "2026-13-01", "month-1"])
def test_other_words_are_refused_with_the_list(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        start_of(text, clock())
    for word in ("today", "yesterday", "monday", "month", "last-month", "7d", "4w", "git:REV"):
        assert word in str(refused.value.hint)


@pytest.mark.parametrize("text", ["99999999d", "999999999999w", "0000-01-01"])
def test_what_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        start_of(text, clock())


def test_the_last_day_that_there_is_can_be_named() -> None:
    assert end_of("9999-12-31", clock()) > NOW.timestamp()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    identity = {
        "GIT_COMMITTER_DATE": "2026-02-20T10:00:00+02:00",
        "GIT_AUTHOR_DATE": "2026-01-01T00:00Z",
    }
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (
        ["init", "-q"],
        [*names, "commit", "-q", "--allow-empty", "-m", "x"],
        ["tag", "v1"],
    ):
        subprocess.run(
            ["git", *arguments], cwd=tmp_path, env={**os.environ, **identity}, check=True
        )
    return tmp_path


def test_a_revision_is_the_time_of_its_commit(repository: Path) -> None:
    assert span("git:v1", clock(folder=repository)) == ("2026-02-20 08:00", "2026-02-20 08:00")


@pytest.mark.parametrize("name", ["v2", "", "--all"])
def test_a_revision_that_is_not_there_is_refused(repository: Path, name: str) -> None:
    with pytest.raises(UsageError, match="revision"):
        start_of(f"git:{name}", clock(folder=repository))


def test_a_revision_outside_of_a_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="git:v1: git needs a repository"):
        start_of("git:v1", clock(folder=tmp_path))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Calls on a day each, the last of them on the day of the tests' clock."""
    path = tmp_path / "calls.jsonl"
    rows = [
        {
            "id": f"resp_{day:02}aaaaaaaaaaaaaaaaaaaaaaaa",
            "object": "response",
            "model": "gpt-5.4-mini",
            "output": [],
            "created_at": datetime(2026, 11, day, 1, tzinfo=UTC).timestamp(),
            "usage": {"input_tokens": 10, "output_tokens": 1, "total_tokens": 11},
        }
        for day in range(1, 23)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        (["--since", "today"], 1),
        (["--since", "yesterday"], 2),
        (["--until", "yesterday"], 21),
        (["--since", "monday", "--until", "monday"], 1),
        (["--since", "7d"], 7),
        (["--since", "month"], 22),
        (["--since", "last-month"], 22),
        (["--since", "yesterday", "--timezone", "Pacific/Kiritimati"], 1),
        (["--since", "yesterday", "--timezone", "America/Los_Angeles"], 1),
    ],
    ids=str,
)
def test_words_choose_calls(cli: Cli, log: Path, options: list[str], calls: int) -> None:
    result = cli("profile", str(log), "-f", "json", *options)
    document = json.loads(result.out)
    assert document["total"]["calls"] == calls


def test_check_and_whatif_take_the_words_too(cli: Cli, log: Path) -> None:
    result = cli("check", "--logs", str(log), "--since", "yesterday", "--budget", "1", "-f", "json")
    assert json.loads(result.out)["items"][0]["head"]["calls"] == 2
    zone = ("--timezone", "Europe/Berlin")
    result = cli("whatif", str(log), "--since", "yesterday", *zone, "--mode", "batch", "-f", "json")
    assert json.loads(result.out)["calls"] == 2
    result = cli("check", "--logs", str(log), "--since", "someday", "--budget", "1")
    assert (result.code, "last-month" in result.err) == (2, True)
    assert result.err.count("\n") == 1
