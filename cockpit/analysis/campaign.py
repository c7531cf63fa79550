"""Did a campaign change anything: counts before and after its beginning, against places without one."""

import numpy as np
import pandas as pd
from scipy import stats

from cockpit.analysis.discovery import FDR, direction, q_values
from cockpit.analysis.rates import PER_CENT_BASE_MIN

CONTROLS_MIN = 2


def compare(counts: pd.DataFrame, *, confidence: float = 0.95, fdr: float = FDR) -> pd.DataFrame:
    """Return one row per campaign: how its count changed, against how that of its controls did meanwhile.

    `counts` has one row per campaign and place, `campaign, is_treated, before, after`: counts of equally long times
    before and after the beginning. Columns: `campaign, before, after, controls, control_before, control_after, ratio`
    (after / before of the place), `control_ratio`, `effect` (ratio / control_ratio), `low`, `high`, `dispersion`,
    `p_value`, `q_value`, `is_judged`, `direction` (−1 fewer, 1 more than the controls let expect, 0 nothing to claim).

    The controlled before-and-after comparison of counts as in Breslow and Day (1987): log effect is normal with
    variance φ·(1/a₀ + 1/a₁ + 1/c₀ + 1/c₁) (Woolf, 1955), one half added to each where a place has none at all
    (Haldane, 1956). φ, at least 1, is by how much the controls' own changes differ more than Poisson counts would
    (χ² of controls × times over its degrees of freedom, as McCullagh and Nelder, 1989); the interval is Student's
    with as many degrees of freedom. q values are over the campaigns judged (Benjamini and Hochberg, 1995).

    Not judged, and without effect: a base under 10 before, in the place or in all controls together, or none after
    in the controls, or fewer than two controls with any count. Empty input gives an empty frame.
    """
    keys, index = np.unique(counts["campaign"].to_numpy(str), return_inverse=True)
    is_treated = counts["is_treated"].to_numpy(bool)
    before, after = (counts[name].to_numpy(float) for name in ("before", "after"))

    def total(values: "np.typing.NDArray[np.float64]") -> "np.typing.NDArray[np.float64]":
        return np.bincount(index, values, len(keys)).astype(float)

    a0, a1 = total(before * is_treated), total(after * is_treated)
    c0, c1 = total(before * ~is_treated), total(after * ~is_treated)
    both = before + after
    counted = ~is_treated & (both > 0)
    controls = total(counted.astype(float))
    is_judged = (a0 >= PER_CENT_BASE_MIN) & (c0 >= PER_CENT_BASE_MIN) & (c1 > 0) & (controls >= CONTROLS_MIN)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (c1 / (c0 + c1))[index]
        spread = np.where(counted, (after - both * share) ** 2 / (both * share * (1 - share)), 0.0)
        freedom = np.maximum(controls - 1, 1)
        dispersion = np.where(is_judged, np.maximum(total(spread) / freedom, 1.0), np.nan)
        half = np.where(a1 == 0, 0.5, 0.0)
        log_effect = np.log((a1 + half) / (a0 + half)) - np.log((c1 + half) / (c0 + half))
        error = np.sqrt(dispersion * sum(1 / (one + half) for one in (a0, a1, c0, c1)))
        log_effect = np.where(is_judged, log_effect, np.nan)
        reach = stats.t.isf((1 - confidence) / 2, freedom) * error
        p_value = 2 * stats.t.sf(np.abs(log_effect / error), freedom)
        found = pd.DataFrame(
            {
                "campaign": keys,
                "before": a0,
                "after": a1,
                "controls": controls,
                "control_before": c0,
                "control_after": c1,
                "ratio": np.where(a0 > 0, a1 / a0, np.nan),
                "control_ratio": np.where(c0 > 0, c1 / c0, np.nan),
                "effect": np.exp(log_effect),
                "low": np.exp(log_effect - reach),
                "high": np.exp(log_effect + reach),
                "dispersion": dispersion,
                "p_value": p_value,
                "is_judged": is_judged,
            }
        )
    found.insert(13, "q_value", q_values(found["p_value"]))
    return found.assign(direction=direction(log_effect, found["q_value"], fdr=fdr))
