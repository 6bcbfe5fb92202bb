"""Bar charts drawn on the server."""

from decimal import Decimal

from django.utils import translation

from jumelage.shell.look.chart import Bar, Chart, draw


def figure(*values: Decimal | None, target: int | None = None) -> Chart:
    """Return a chart of *values*; the last one is only stated."""
    bars = [
        Bar(label=f"M{n}", value=value, confirmed=n < len(values))
        for n, value in enumerate(values, 1)
    ]
    return Chart(title="Sessions", unit="sessions", bars=bars, target=target)


def test_bars_are_as_high_as_their_figures() -> None:
    drawing = draw(figure(Decimal(2), Decimal(4), Decimal(1)))

    assert [bar.height for bar in drawing.bars] == [50, 100, 25]
    assert [bar.y + bar.height for bar in drawing.bars] == [drawing.floor] * 3


def test_the_target_above_every_bar_sets_the_scale() -> None:
    drawing = draw(figure(Decimal(2), target=4))

    assert drawing.bars[0].height == 50
    assert drawing.target_y == drawing.floor - 100


def test_a_run_of_missing_figures_is_named_once() -> None:
    drawing = draw(figure(Decimal(2), None, None, None, Decimal(3)))

    assert [(gap.middle, gap.has_room) for gap in drawing.gaps] == [(drawing.bars[2].middle, True)]
    assert drawing.bars[2].value_text == ""


def test_a_gap_of_one_bar_shows_the_dash_alone() -> None:
    assert [gap.has_room for gap in draw(figure(Decimal(2), None, Decimal(3))).gaps] == [False]


def test_a_screen_reader_hears_the_same_figures() -> None:
    with translation.override("en"):
        assert draw(figure(Decimal(2), None, Decimal(3), target=4)).summary == (
            "sessions. M1: 2 (confirmed), M2: missing, M3: 3 (only stated), target 4."
        )


def test_a_chart_without_any_figure_can_be_drawn() -> None:
    assert draw(figure()).bars == []
    assert draw(figure(None, None)).bars[0].height == 0
