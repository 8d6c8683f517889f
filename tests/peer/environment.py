"""Where the build, the sources and the downloads are; set by CMakeLists.txt."""
import os
import pathlib

BUILD = pathlib.Path(os.environ["SPARSWEEP_BUILD"])
SOURCE = pathlib.Path(os.environ["SPARSWEEP_SOURCE"])
QUICKSTART = pathlib.Path(os.environ["SPARSWEEP_DEPS"]) / "quickstart"
SAMPLE = SOURCE / "tests/pruning_core/tokenizer/sample"


def test_data():
    """The folder of public data sets, or None."""
    data = os.environ.get("SPARSWEEP_TEST_DATA", "")
    return pathlib.Path(data) if data else None
