import subprocess
import sys

import pytest

pytestmark = pytest.mark.unit


def test_importing_the_package_loads_neither_samplers_nor_plotting():
    heavy = {"pymc", "pytensor", "nutpie", "arviz_stats", "matplotlib", "numba", "statsmodels", "scipy"}
    code = f"import sys, equitymodel; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.stdout.strip() == "[]"


def test_every_public_name_is_there():
    import equitymodel

    for name in equitymodel.__all__:
        assert getattr(equitymodel, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        _ = equitymodel.nothing
