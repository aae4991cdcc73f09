import pytest

from equitymodel.data.records import optional_engines
from equitymodel.data.records.optional_engines import EXTRAS, optional_engine
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("name", "extra"), EXTRAS.items())
def test_without_an_engine_the_way_out_is_said(name, extra, monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(optional_engines, "import_module", absent)
    with pytest.raises(OptionError, match=rf"pip install 'equitymodel\[{extra}\]'"):
        optional_engine(name)
