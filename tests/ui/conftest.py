"""What the tests of figures share: what holds for every figure."""

import plotly.graph_objects as go
import pytest


@pytest.fixture(scope="session")
def check_figure():
    """Plotly takes the figure, which `show` sends unchecked, and a thumb scrolls past it: no drag, no zoom."""

    def check(figure):
        layout = go.Figure(figure).to_dict()["layout"]
        assert layout["height"] >= 70 and layout["dragmode"] is False
        shared = layout.get("template", {}).get("layout", {})
        axes = {name: shared.get(name[:5], {}) | axis for name, axis in layout.items() if name[1:5] == "axis"}
        assert axes and all(axis["fixedrange"] for axis in axes.values())

    return check
