"""Groups by what a pattern finds in a label."""

from __future__ import annotations

import pytest

from tokencost_pricing.errors import UsageError
from tokencost_profiles.costs.dimensions import Key, dimension, fields_of, is_time, split_names


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("branch~[A-Z]+-[0-9]+", Key(branch="feature/ABC-12-login"), "ABC-12"),
        ("branch~[A-Z]+-[0-9]+", Key(branch="main"), None),
        ("branch~[A-Z]+-[0-9]+", Key(), None),
        ("branch~(?:feature|fix)/(.+?)-", Key(branch="fix/login-page"), "login"),
        ("branch~(x)?main", Key(branch="main"), None),
        ("branch~z*", Key(branch="main"), None),
        ("tag:task~^[a-z]+", Key(tags=(("task", "sort-7"),)), "sort"),
        ("model~sonnet|opus", Key(model="claude-opus-5-5"), "opus"),
        ("day~^\\d+-\\d+", Key(quarter=1_782_000_000 // 900), "2026-06"),
        ("tool~^B\\w+", Key(tools=("Bash", "Read")), "Bash"),
        ("file~[^/]{1,4}$", Key(file="a/b~c"), "b~c"),
    ],
)
def test_the_value_is_the_match(name: str, key: Key, value: str | None) -> None:
    assert dimension(name)(key) == value


@pytest.mark.parametrize("name", ["branch~[", "branch~(?P<", "branhc~a", "branch~*"])
def test_a_wrong_pattern_or_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        dimension(name)


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["model,branch"], ("model", "branch")),
        (["branch~[A-Z]{1,3},x"], ("branch~[A-Z]{1,3},x",)),
        (["model,,branch~a,b", "team"], ("model", "branch~a,b", "team")),
        (["branch~a~b"], ("branch~a~b",)),
        ([","], ()),
    ],
)
def test_a_pattern_is_not_split_at_commas(texts: list[str], names: tuple[str, ...]) -> None:
    assert split_names(texts) == names


def test_a_pattern_needs_the_field_that_it_looks_at() -> None:
    assert fields_of(["branch~a", "tag:x~y", "day~2026"]) == {"branch", "tags", "quarter"}
    assert is_time("day~2026")
    assert not is_time("branch~day")
