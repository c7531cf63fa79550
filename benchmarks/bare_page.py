"""The yardstick: a bare Streamlit page of two filters and eight Plotly visuals drawn from constants."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

ROWS = pd.DataFrame({"month": pd.date_range("2023-01-01", periods=36, freq="MS"), "value": range(36)})

st.set_page_config(layout="wide")
st.selectbox("region", range(10), key="region", bind="query-params")
st.selectbox("industry", range(10), key="industry", bind="query-params")
turn = int(st.session_state["region"]) + int(st.session_state["industry"])
for row in range(2):
    for place, column in enumerate(st.columns(4)):
        kind = go.Bar if place % 2 else go.Scatter
        heights = (7 * ROWS["value"] * (row + place + 2) + 13 * turn) % 97
        column.plotly_chart(go.Figure(kind(x=ROWS["month"], y=heights)), key=f"chart-{row}-{place}")
st.write(f"turn {turn}")
