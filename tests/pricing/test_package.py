"""What the package gives by its name, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import tokencost_pricing
from tokencost_pricing import PriceTable
from tokencost_pricing.table import PriceTable as Defined


def test_the_table_is_there_by_the_name_of_the_package() -> None:
    assert PriceTable is Defined
    assert tokencost_pricing.__all__ == ["PriceTable"]


def test_importing_the_package_alone_loads_none_of_its_modules() -> None:
    code = "import sys, tokencost_pricing; print([m for m in sys.modules if 'tokencost_' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['tokencost_pricing']"
