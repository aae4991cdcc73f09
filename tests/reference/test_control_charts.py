"""Charts and funnels as other software and textbooks have them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from equitymodel.monitoring.chart_rules import chart_rules
from equitymodel.monitoring.chart_signals import find_signals
from equitymodel.monitoring.control_limits import xmr_limits
from equitymodel.monitoring.count_limits import RANGE_TO_SD, SIGMAS, Charted, chart_limits, laney_sigma
from equitymodel.monitoring.funnel_limits import funnel

pytestmark = pytest.mark.unit
LABELS = {
    "": {"Common Cause"},
    "outside the limits": {"Above UCL", "Below LCL"},
    "trend": {"7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"},
    "two of three near a limit": {"2 in 3 Above CL", "2 in 3 Below CL"},
    "run on one side": {"7 Points Above CL", "7 Points Below CL"},
}
POINTS = {0: "common_cause", 1: "special_cause_improvement", -1: "special_cause_concern"}


def test_every_series_of_plotthedots_has_its_limits_labels_and_directions(oracles):
    for case, rows in pd.read_csv(oracles / "xmr_plotthedots.csv").groupby("case"):
        values = rows["y"].to_numpy()
        limits = xmr_limits(values, screen="noscreen" not in str(case))
        signals = find_signals(values, limits, chart_rules("plotthedots"))
        for ours, theirs in ((limits.centre, "mean_col"), (limits.lower, "lpl"), (limits.upper, "upl")):
            assert ours == pytest.approx(rows[theirs].to_numpy(), abs=1e-12)
        assert all(label in LABELS[rule] for rule, label in zip(signals.rule, rows["special_cause_type"], strict=True))
        assert [POINTS[way] for way in signals.direction] == rows["point_type"].tolist()


@pytest.mark.parametrize("form", ["shmi", "cqc"])
def test_over_dispersed_funnels(oracles, form):
    sent = pd.read_csv(oracles / "funnelplotr_sr_input.csv", index_col="group")
    theirs = pd.read_csv(oracles / "funnelplotr_sr_expected.csv", index_col="group").query("method == @form.upper()")
    ours = funnel(sent["numerator"], sent["denominator"], form=form, tails="winsorise")
    assert ours.dispersion == pytest.approx(theirs["phi_winsorised10"].iloc[0], abs=1e-12)
    assert ours.between == pytest.approx(theirs["tau2"].iloc[0], abs=1e-14)
    assert ours.table["score"].to_numpy() == pytest.approx(theirs["uz"].to_numpy(), abs=1e-12)
    for level in ("95", "998"):  # they round the normal quantile to six decimals
        for end, name in (("lower", "ll"), ("upper", "ul")):
            assert ours.table[f"{end}_{level}"].to_numpy() == pytest.approx(
                theirs[f"od_{name}{level}"].to_numpy(), abs=1e-7
            )


def test_exact_poisson_limits(oracles):
    theirs = pd.read_csv(oracles / "funnelplotr_poisson_limits_expected.csv")
    events = theirs["expected_events"].astype(float)
    ours = funnel(events, events, form="exact").table
    for end, name in (("lower_95", "ll95"), ("upper_95", "ul95"), ("lower_998", "ll998"), ("upper_998", "ul998")):
        assert ours[end].to_numpy() == pytest.approx(theirs[name].to_numpy(), abs=5e-7)  # printed to seven figures


def test_providers_outside_the_funnel_of_length_of_stay(shared_data):
    stays = pd.read_csv(shared_data / "funnel_medpar.csv")
    kinds = pd.get_dummies(stays["type"], drop_first=True).astype(float)
    fitted = sm.GLM(stays["los"], sm.add_constant(pd.concat([stays[["hmo", "died", "age80"]], kinds], axis=1)),
                    family=sm.families.Poisson()).fit()  # fmt: skip
    by_provider = stays.assign(expected=fitted.fittedvalues).groupby("provnum")[["los", "expected"]].sum()
    outside = {form: (funnel(by_provider["los"], by_provider["expected"], form=form).table["outside"] == "99.8 %").sum()
               for form in ("exact", "shmi")}  # fmt: skip
    assert outside == {"exact": 25, "shmi": 9}


def test_laney_limits_of_twenty_weeks(shared_data):
    weeks = pd.read_csv(shared_data / "spc_nhs_accidents.csv").astype(float)
    charted = Charted.of(weeks["r"].to_numpy(), weeks["n"].to_numpy())
    wide, plain = chart_limits(charted, "p_prime"), chart_limits(charted, "p")
    assert wide.centre[0] == pytest.approx(0.952899711344, abs=1e-9)
    scores = (charted.values - wide.centre) / np.sqrt(wide.centre * (1 - wide.centre) / charted.sizes)
    assert laney_sigma(scores) == pytest.approx(10.6404218635, abs=1e-9)
    assert [wide.lower[0], wide.upper[0]] == pytest.approx([0.940129644178, 0.965669778511], abs=1e-9)
    assert [plain.lower[0], plain.upper[0]] == pytest.approx([0.951699564646, 0.954099858042], abs=1e-9)
    beyond = [((charted.values > each.upper) | (charted.values < each.lower)).sum() for each in (plain, wide)]
    assert beyond == [16, 0]


def test_textbook_charts(shared_data):
    table = pd.read_csv(shared_data / "spc_montgomery_reference.csv")
    for (_, kind, _), rows in table.groupby(["example", "chart", "part"]):
        counts, sizes = (rows[name].to_numpy(float) for name in ("count_or_value", "size"))
        sets = (rows["include"] & rows["baseline"]).to_numpy()
        if kind == "i":
            limits = xmr_limits(counts[sets], spread=SIGMAS / RANGE_TO_SD).at(np.zeros(counts.size, int))
        else:
            per = np.nanmedian(sizes * rows["y"] / counts) if kind == "u" else 1.0
            charted = Charted.of(counts, sizes / per) if kind in ("p", "u") else Charted.of(counts)
            limits = chart_limits(charted, kind, sets=sets)
        for ours, theirs in ((limits.centre, "cl"), (limits.lower, "lcl"), (limits.upper, "ucl")):
            assert ours == pytest.approx(rows[theirs].to_numpy(), abs=2e-6)


def test_the_answers_that_are_printed_for_eighteen_points(shared_data):
    printed = pd.read_csv(shared_data / "spc_known_answers.csv").query("dataset == 'spc_toy_18_points'")
    values = pd.read_csv(shared_data / "spc_toy_18_points.csv").iloc[:, -1].to_numpy(float)
    screened, plain = (xmr_limits(values, screen=screen) for screen in (True, False))
    ours = [plain.centre[0], plain.upper[0], plain.lower[0], screened.upper[0], screened.lower[0]]
    assert np.round(ours, 2).tolist() == printed["value"].tolist()
