"""What the bench says of its figures: slopes, ratios, excesses, tables, the plot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from tests.bench.growth.asks import ASKS, Ask, register_asks
from tests.bench.growth.measuring import Cost, Export
from tests.bench.growth.plot import apart, decades, plot
from tests.bench.growth.report import Run, Stage, figure, report, table

SIZES = (1_000, 10_000, 100_000)
PAGE = Ask(name="A list", path="/a/", most_ms=60.0, most_queries=15, stays_flat=True, is_drawn=True)
SVG = "{http://www.w3.org/2000/svg}"


def run(*costs: float, ask: Ask = PAGE, queries: int = 6, **last: object) -> Run:
    found = Run(asks=[ask])
    for size, ms in zip(SIZES, costs, strict=False):
        found.stages.append(
            Stage(
                files=size,
                rows=30 * size,
                loading_seconds=size / 1_000,
                costs={ask.name: Cost(ms=ms, queries=queries)},
                export=Export(rows=size, seconds=size / 40_000, grown_mb=2.0),
            )
        )
    found.stages[-1] = replace(found.stages[-1], **last)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("costs", "slope"), [((20, 20, 20), 0.0), ((1, 10, 100), 1.0), ((100, 10, 1), -1.0)]
)
def test_slope_is_the_exponent_of_the_cost(costs: tuple[float, ...], slope: float) -> None:
    assert run(*costs).slope(PAGE) == pytest.approx(slope)


def test_one_size_alone_has_no_slope_and_no_ratio() -> None:
    assert (run(20).slope(PAGE), run(20).growth(PAGE)) == (0.0, None)


def test_growth_is_from_ten_thousand_files_to_the_largest() -> None:
    assert run(90, 20, 25).growth(PAGE) == 1.25
    assert run(90, 20).growth(PAGE) is None


@pytest.mark.parametrize(
    ("costs", "queries", "said"),
    [
        ((20, 20, 24), 15, []),
        ((61, 20, 20), 15, ["more than 60 ms"]),
        ((20, 20, 20), 16, ["more than 15 queries"]),
        ((20, 20, 24.1), 15, ["more than 1.2 × its cost at 10 000"]),
    ],
)
def test_each_budget_is_held_at_every_size(
    costs: tuple[float, ...], queries: int, said: list[str]
) -> None:
    assert run(*costs, queries=queries).excesses(PAGE) == said


def test_broken_rules_and_a_growing_export_fail_the_run() -> None:
    found = run(20, 20, 20, broken=["no envelope is overspent: broken by 1, 7 for one"])
    grown = run(20, 20, 20, export=Export(rows=1, seconds=1.0, grown_mb=50.5))

    assert found.all_excesses() == [
        "100000 files: no envelope is overspent: broken by 1, 7 for one"
    ]
    assert grown.all_excesses() == ["100000 files: the export takes more than 50 MB"]


def test_a_row_says_what_it_costs_and_whether_its_budget_is_kept() -> None:
    assert table(run(20, 20, 22)).splitlines()[-1] == (
        "| A list | 20.0 | 20.0 | 22.0 | 6 | 1.10 | 0.02 | kept |"
    )


def test_lists_of_the_register_have_a_table_of_their_own() -> None:
    listed = run(20, 20, 22, ask=replace(PAGE, is_registered=True))
    assert "A list" not in table(listed)
    assert "A list" in table(listed, registered=True)


def test_the_document_holds_both_tables_and_what_was_loaded() -> None:
    text = report(run(20, 20, 22))
    assert "| 100\u00a0000 | 3\u00a0000\u00a0000 | 100 | none found |" in text
    assert "| 100\u00a0000 | 100\u00a0000 | 2.5 | 25 | 2 |" in text


def test_every_list_of_the_desk_is_asked_for_within_its_budget() -> None:
    names = {ask.name for ask in register_asks()}
    assert {"List, awards.Agreement", "Search, awards.Agreement", "List, awards.Batch"} <= names
    assert "Search, awards.Batch" not in names  # no search box
    assert {(ask.most_ms, ask.most_queries) for ask in register_asks()} == {(60.0, 15)}


def test_no_two_asks_have_one_name() -> None:
    names = [ask.name for ask in (*ASKS, *register_asks())]
    assert len(set(names)) == len(names)


# --- The plot


def parsed(text: str) -> Any:
    return etree.fromstring(text.encode())


def test_a_line_falls_where_its_costs_do_and_is_named_at_its_end() -> None:
    drawn = parsed(figure(run(1, 10, 100)))

    [line] = drawn.findall(f"{SVG}polyline")
    points = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    # Tenfold is as far on each axis.
    assert points[1][0] - points[0][0] == pytest.approx(points[2][0] - points[1][0], abs=0.2)
    assert points[0][1] - points[1][1] == pytest.approx(points[1][1] - points[2][1], abs=0.2)
    assert "A list 100" in ["".join(text.itertext()) for text in drawn.iter(f"{SVG}text")]


def test_words_say_what_the_lines_do() -> None:
    drawn = parsed(plot("Costs", {"A & B": [(1_000, 2.0), (10_000, 3.0)]}))
    assert drawn.findtext(f"{SVG}title") == "Costs"
    assert drawn.findtext(f"{SVG}desc") == "A & B: 2.0 ms at 1000, 3.0 ms at 10000."


def test_names_are_kept_apart_in_their_order() -> None:
    assert apart({"low": 100.0, "high": 98.0, "far": 10.0}, gap=17, least=0, most=120) == {
        "far": 10.0,
        "high": 98.0,
        "low": 115.0,
    }


def test_names_at_the_bottom_are_pushed_up_rather_than_out() -> None:
    assert apart({"one": 99.0, "two": 100.0}, gap=10, least=0, most=100) == {
        "one": 90.0,
        "two": 100.0,
    }


@pytest.mark.parametrize(
    ("lowest", "highest", "expected"),
    [(9.0, 62.0, (1.0, 100.0)), (10.0, 100.0, (10.0, 100.0)), (20.0, 25.0, (10.0, 100.0))],
)
def test_the_axis_runs_over_whole_decades(
    lowest: float, highest: float, expected: tuple[float, float]
) -> None:
    assert decades(lowest, highest) == expected
