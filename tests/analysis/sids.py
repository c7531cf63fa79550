"""Sudden infant deaths in the 100 counties of North Carolina, 1974–78 and 1979–84, and which counties adjoin.

The figures of Cressie, Statistics for Spatial Data (Wiley, 1993), pp. 386–389, with the county adjacency of
the GeoDa sample `sids2` (geodacenter.github.io/data-and-lab/sids2), in its order.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

COUNTIES = pd.read_csv(Path(__file__).with_name("sids.csv"), dtype={"neighbours": str})


def adjacency() -> sparse.csr_array:
    """Return the counties × counties array of shared borders."""
    position = {fips: place for place, fips in enumerate(COUNTIES["fips"])}
    links = np.zeros((len(COUNTIES), len(COUNTIES)))
    for place, neighbours in enumerate(COUNTIES["neighbours"]):
        links[place, [position[int(fips)] for fips in neighbours.split()]] = 1
    return sparse.csr_array(links)
