"""Every built-in file is well made: shape, words, unique rows, roots that its rows stand under."""

from pathlib import Path

import pytest

from assess.catalogue.catalogue import SDK, Catalogue
from assess.catalogue.paths import prefixes
from assess.catalogue.sheet import Sheet, read_sheet
from assess.model.step import Kind

FILES = sorted(SDK.glob("*.toml"))


@pytest.fixture(scope="module")
def sheets() -> dict[Path, Sheet]:
    return {file: read_sheet(file.name, file.read_text(encoding="utf-8"))[0] for file in FILES}


def test_no_file_has_a_mistake() -> None:
    mistakes = [text for file in FILES for text in read_sheet(file.name, file.read_text(encoding="utf-8"))[1]]
    assert mistakes == []


def test_every_row_stands_under_a_root_of_its_file(sheets: dict[Path, Sheet]) -> None:
    lost = [
        f"{file.name}: {path}"
        for file, sheet in sheets.items()
        for path in (*dict(sheet.facts), *dict(sheet.clients), *sheet.aliases)
        if not any(start in sheet.roots for start in prefixes(path)) and "*" not in path.partition(".")[0]
        if not any(root.startswith(path + ".") for root in sheet.roots)
    ]
    assert lost == []


def test_no_path_is_described_by_two_files(sheets: dict[Path, Sheet]) -> None:
    said: dict[str, str] = {}
    twice = []
    for file, sheet in sheets.items():
        for path in dict(sheet.facts):
            if path in said and said[path] != file.name:
                twice.append(f"{path}: {said[path]} and {file.name}")
            said[path] = file.name
    assert twice == []


def test_no_path_is_described_twice_in_one_file(sheets: dict[Path, Sheet]) -> None:
    twice = []
    for file, sheet in sheets.items():
        paths = [path for path, _ in sheet.facts]
        twice += [f"{file.name}: {path}" for path in set(paths) if paths.count(path) > 1]
    assert twice == []


def test_roots_are_found_without_parsing(sheets: dict[Path, Sheet]) -> None:
    catalogue = Catalogue.load()
    for file, sheet in sheets.items():
        assert sheet.roots, file.name
        assert all(catalogue.known_root(root) for root in sheet.roots), file.name
        if sheet.facts:
            assert {root.partition(".")[0] for root in sheet.roots} <= catalogue.roots, file.name


def test_every_fact_is_found_under_its_own_path(sheets: dict[Path, Sheet]) -> None:
    catalogue = Catalogue.load()
    lost = [
        path for sheet in sheets.values() for path in dict(sheet.facts) if "*" not in path and not catalogue.fact(path)
    ]
    assert lost == []


def test_only_models_and_what_is_paid_by_the_call_are_billed(sheets: dict[Path, Sheet]) -> None:
    free = {Kind.HUMAN, Kind.DATABASE, Kind.QUEUE, Kind.WAIT, Kind.FILE, Kind.MESSAGE, Kind.SAAS}
    assert [path for sheet in sheets.values() for path, fact in sheet.facts if fact.billed and fact.kind in free] == []


def test_there_are_enough_of_them(sheets: dict[Path, Sheet]) -> None:
    assert sum(1 for sheet in sheets.values() if sheet.facts) > 200
