"""The release that the tests look at."""

import pathlib

import pytest
import stand_ins


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    if not stand_ins.MODULE.exists():
        pytest.exit(f"{stand_ins.MODULE} is missing: run scripts/build first", returncode=2)
    return tmp_path_factory.mktemp("dist")


@pytest.fixture(scope="session")
def release(dist: pathlib.Path) -> stand_ins.Release:
    return stand_ins.built(dist)
