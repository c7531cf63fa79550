"""The yardstick: a bare Streamlit page of two filters and eight Plotly visuals drawn from constants."""

import plotly.graph_objects as go
import streamlit as st

MONTHS = [f"2024-{month:02d}" for month in range(1, 13)] * 3

st.set_page_config(layout="wide")
st.selectbox("region", range(10), key="region", bind="query-params")
st.selectbox("industry", range(10), key="industry", bind="query-params")
turn = int(st.session_state["region"]) + int(st.session_state["industry"])
for row in range(2):
    for place, column in enumerate(st.columns(4)):
        values = [(7 * index * (row + place + 2) + 13 * turn) % 97 for index in range(36)]
        kind = go.Bar if place % 2 else go.Scatter
        column.plotly_chart(go.Figure(kind(x=list(range(36)), y=values)), key=f"chart-{row}-{place}")
st.write(f"turn {turn}")
