"""What holds of every name: whoever is left out of the table, no name means a host by chance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost_pricing.compile import compile_folder
from tokencost_pricing.errors import AmbiguousModelError, UnknownModelError
from tokencost_pricing.table import TABLES, PriceTable

_PROVIDER = """\
schema: 1
provider: {provider}
name: {provider}
role: {role}
currency: USD
unit: per_1m_tokens
checked: "2026-11-20"
{more}
models:
  {model}:
    prices: [{{basis: documented, rates: {{input: "{rate}", output: "{rate}"}}}}]
"""
# How each host writes the name of the same weights.
_HOSTS = {
    "plain": "acme-7-70b",
    "path": "acme/Acme-7-70B",
    "cloud": '"us.acme.acme7-70b-v1:0"',
    "fires": "accounts/fires/models/acme-7-70b",
}
_NAMES = ("acme-7-70b", "Acme-7-70B", "acme/acme-7-70b", "acme/Acme-7-70B", "else/acme-7-70b")


def _write(folder: Path, provider: str, model: str, role: str = "host", more: str = "") -> None:
    rate = len(provider)
    text = _PROVIDER.format(provider=provider, role=role, model=model, more=more, rate=rate)
    (folder / f"{provider}.yaml").write_text(text)


def _table(folder: Path, hosts: set[str], *, maker: bool = False) -> PriceTable:
    for path in folder.glob("*.yaml"):
        path.unlink()
    (folder / "TABLE.yaml").write_text("schema: 1\n")
    _write(folder, "other", "other-1", "maker")
    if maker:
        _write(folder, "acmeai", "acme-7-70b", "maker", 'open_weights: ["acme/.*"]')
    for host in hosts:
        _write(folder, host, _HOSTS[host])
    return PriceTable.load(folder=folder)


@given(hosts=st.sets(st.sampled_from(sorted(_HOSTS))), name=st.sampled_from(_NAMES))
def test_the_answer_does_not_depend_on_which_hosts_the_table_has(
    tmp_path_factory: pytest.TempPathFactory, hosts: set[str], name: str
) -> None:
    table = _table(tmp_path_factory.mktemp("hosts"), hosts)
    with pytest.raises(UnknownModelError) as refused:
        table.find(name)
    error = refused.value
    assert isinstance(error, AmbiguousModelError) == bool(hosts)
    if isinstance(error, AmbiguousModelError):
        assert {offer.provider for offer in error.candidates} == hosts
        rates = sorted(len(host) for host in hosts)
        assert error.bounds["input"] == (str(rates[0]), str(rates[-1]))


@pytest.mark.parametrize("hosts", [set(), {"plain"}, set(_HOSTS)])
def test_the_makers_id_is_the_maker_and_the_path_of_weights_is_not(
    tmp_path: Path, hosts: set[str]
) -> None:
    table = _table(tmp_path, hosts, maker=True)
    assert table.find("acme-7-70b").provider == "acmeai"
    with pytest.raises(AmbiguousModelError) as refused:
        table.find("acme/Acme-7-70B")
    assert {offer.provider for offer in refused.value.candidates} == {"acmeai", *hosts}


@pytest.mark.parametrize("host", sorted(_HOSTS))
def test_every_host_knows_the_names_that_the_others_give_its_weights(
    tmp_path: Path, host: str
) -> None:
    table = _table(tmp_path, {host})
    for name in ("acme-7-70b", "acme/Acme-7-70B"):
        # A cloud's profile is no list price: it must be named.
        if host != "cloud":
            assert table.find(name, host).provider == host
            assert table.find(f"{host}/{name}").provider == host
    with pytest.raises(UnknownModelError):
        table.find("acme-7-8b", host)
    with pytest.raises(UnknownModelError):
        table.find("elsewhere/acme-7-70b-instruct", host)


def test_two_makers_of_one_name_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "TABLE.yaml").write_text("schema: 1\n")
    for maker in ("first", "second"):
        _write(tmp_path, maker, "shared-1", "maker")
    table = PriceTable.load(folder=tmp_path)
    with pytest.raises(AmbiguousModelError, match="first, second sell it"):
        table.find("shared-1")
    assert table.find("second/shared-1").provider == "second"


def test_a_name_means_no_host_that_does_not_list_it(table: PriceTable) -> None:
    providers = compile_folder(TABLES)["providers"]
    patterns = {
        key: [re.compile(pattern, re.IGNORECASE) for pattern in entry.get("own_names", ())]
        for key, entry in providers.items()
    }
    for model in table.models():
        for name in {model.id, *model.aliases.exact}:
            try:
                offer = table.find(name)
            except UnknownModelError:
                continue
            if providers[offer.provider]["role"] == "maker" or "channel prefix" in offer.rule:
                continue
            assert any(pattern.fullmatch(name) for pattern in patterns[offer.provider]), name


def test_what_is_free_has_no_price_where_nothing_says_who_bills(table: PriceTable) -> None:
    free = [
        (provider, key)
        for provider, entry in compile_folder(TABLES)["providers"].items()
        for key, model in entry["models"].items()
        if model.get("free") and not model.get("any_name")
    ]
    assert free
    for provider, key in free:
        row = table.find(key, provider).model.prices[-1]
        assert not any(row.rates.values()), key
        try:
            offer = table.find(key)
        except UnknownModelError:
            continue
        assert offer.provider != provider or "channel prefix" in offer.rule, key
