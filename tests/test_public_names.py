import re
import subprocess
import sys
from pathlib import Path

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


SAMPLERS = {"pymc", "pytensor", "nutpie"}
FITTING = {*SAMPLERS, "numba", "statsmodels", "arviz_stats"}
LEAVES_ALONE = {
    ("estimands", "decision", "waiting", "report"): [
        {*FITTING, "matplotlib"},
        {*FITTING, "matplotlib"},
        {*FITTING, "matplotlib"},
        {*FITTING, "arviz_plots"},
    ],
    ("studies", "monitoring"): [{*SAMPLERS, "matplotlib"}, {*SAMPLERS, "matplotlib"}],
}
"""What no file of a room loads, whatever it imports and from where: rooms in an order in which none hides another."""


@pytest.mark.parametrize("rooms", LEAVES_ALONE, ids=", ".join)
def test_no_file_of_a_room_loads_what_the_room_leaves_alone(rooms):
    code = "import importlib, pkgutil, sys\n" + "".join(
        f"import equitymodel.{room} as room\n"
        "for found in pkgutil.walk_packages(room.__path__, room.__name__ + '.'): importlib.import_module(found.name)\n"
        f"print(sorted({alone} & set(sys.modules)))\n"
        for room, alone in zip(rooms, LEAVES_ALONE[rooms], strict=True)
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240)
    assert result.stdout.split() == ["[]"] * len(rooms), result.stdout + result.stderr


def test_no_file_takes_names_from_the_front_door():
    """Lazy lists hide what they load from the import law: the package itself imports from files."""
    rooms = "data|spec|simulate|inference|comparison|estimands|studies|decision|monitoring|waiting|report"
    through = re.compile(
        rf"^ *(from equitymodel(\.({rooms}))? import (?!__version__)|import equitymodel\b)", re.MULTILINE
    )
    package = Path(__file__).parents[1] / "equitymodel"
    assert [path.name for path in package.rglob("*.py") if through.search(path.read_text(encoding="utf-8"))] == []
