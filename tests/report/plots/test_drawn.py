import io
import re
import struct

import numpy as np
from matplotlib.figure import Figure

from equitymodel.report.plots.drawn import PRINT_DPI, lay_out_once, png_of, svg_of


def _figure() -> Figure:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2], label="ICS")
    return figure


def test_two_drawings_on_a_page_share_no_name():
    one, two = (set(re.findall(r' id="([^"]+)"', svg_of(_figure(), name, "x"))) for name in ("a", "b"))
    assert one
    assert not one & two


def test_the_same_figure_gives_the_same_drawing():
    assert svg_of(_figure(), "a", "x") == svg_of(_figure(), "a", "x")


def test_every_reference_of_a_drawing_is_found_in_it():
    drawing = svg_of(_figure(), "a", "x")
    names = set(re.findall(r' id="([^"]+)"', drawing))
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', drawing)) <= names


def test_what_is_left_out_moves_nothing_and_no_letter_grows():
    """Letters are scaled by 1/64: rounded like a place, they would be a quarter larger."""
    written = io.StringIO()
    _figure().savefig(written, format="svg")
    before, after = (re.findall(r"-?\d+\.?\d*", " ".join(re.findall(r' (?:transform|d)="([^"]*)"', drawing)))
                     for drawing in (written.getvalue(), svg_of(_figure(), "a", "x")))  # fmt: skip
    assert len(after) == len(before) > 100
    np.testing.assert_allclose(list(map(float, after)), list(map(float, before)), rtol=0.005, atol=0)


def test_a_png_is_as_fine_as_print_needs():
    assert struct.unpack(">II", png_of(_figure())[16:24]) == (2 * PRINT_DPI, PRINT_DPI)


def test_a_figure_that_is_laid_out_once_looks_as_if_it_were_laid_out_each_time():
    def placed():
        figure = Figure(figsize=(3, 2), layout="constrained")
        figure.subplots().set(xlabel="year", ylabel="rate ratio", title="Devon")
        return figure

    one, other = placed(), placed()
    lay_out_once(one)
    other.draw_without_rendering()
    assert one.axes[0].get_position().bounds == other.axes[0].get_position().bounds
