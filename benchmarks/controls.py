"""The controls of a page as the server describes them, and how their values travel in Streamlit's protocol."""

import json
import math
from dataclasses import dataclass
from functools import cached_property

from streamlit.proto.Slider_pb2 import Slider

TRAVELS = {  # kind of control -> the field of a WidgetState with its value
    "slider": "double_array_value",
    "select_slider": "string_array_value",
    "button_group": "string_array_value",
    "selectbox": "string_value",
    "text_input": "string_value",
    "checkbox": "bool_value",
    "expandable": "bool_value",
    "popover": "bool_value",
    "button": "trigger_value",
    "bidi_component": "json_value",
}


@dataclass(frozen=True)
class Control:
    """A control as the server describes it, with one value: also where its kind could have several."""

    kind: str  # of TRAVELS
    proto: object
    fragment: str  # that runs when it moves, or nothing for the page

    @property
    def key(self):
        """Its name in a link; nothing for a control that no link carries."""
        return getattr(self.proto, "query_param_key", "")

    @cached_property
    def choices(self):
        """The values it can take, where they can be listed."""
        if self.kind == "slider":
            low, high, step = self.proto.min, self.proto.max, self.proto.step
            return [low + step * n for n in range(math.floor((high - low) / step + 1e-6) + 1)]
        if self.kind == "button_group":
            return [option.content for option in self.proto.options]
        if TRAVELS[self.kind] == "bool_value":
            return [False, True]
        return list(getattr(self.proto, "options", ()))

    @property
    def name(self):
        """Its key, or the words beside it."""
        return self.key or self.proto.label

    @property
    def can_move(self):
        """Is it not grayed out?"""
        return not getattr(self.proto, "disabled", False)

    @property
    def default(self):
        """Its value before anybody has moved it."""
        proto = self.proto
        if self.kind in ("select_slider", "button_group"):
            return self.choices[int(proto.default[0])] if proto.default else None
        if self.kind == "slider":
            return proto.default[0]
        if self.kind == "selectbox":
            return proto.options[proto.default] if proto.HasField("default") else None
        if self.kind in ("expandable", "popover"):
            return getattr(proto, "default_expanded", False)
        return getattr(proto, "default", None)  # a component has none

    @property
    def told(self):
        """The value the server sets it to, or None."""
        proto = self.proto
        if self.kind in ("expandable", "popover"):  # these are told on every run
            return proto.expanded if self.kind == "expandable" else proto.open
        if not getattr(proto, "set_value", False):
            return None
        if self.kind == "selectbox":
            return proto.raw_value
        values = {"slider": "value", "select_slider": "raw_value", "button_group": "raw_values"}.get(self.kind)
        return next(iter(getattr(proto, values)), None) if values else proto.value


def control_of(delta):
    """The control that a delta describes, or None."""
    if delta.WhichOneof("type") == "new_element":
        kind = delta.new_element.WhichOneof("type")
        proto = getattr(delta.new_element, kind)
        if kind == "slider" and proto.type == Slider.SELECT_SLIDER:
            kind = "select_slider"
    elif delta.WhichOneof("type") == "add_block":
        kind = delta.add_block.WhichOneof("type")
        proto = getattr(delta.add_block, kind) if kind else None
    else:
        return None
    return Control(kind, proto, delta.fragment_id) if kind in TRAVELS and proto.id else None


def write(state, control, value):
    """Put a control's value into a WidgetState."""
    state.id, travels = control.proto.id, TRAVELS[control.kind]
    if travels.endswith("_array_value"):
        getattr(state, travels).SetInParent()
        getattr(state, travels).data.extend([] if value is None else [value])
    elif value is not None:
        setattr(state, travels, json.dumps(value) if control.kind == "bidi_component" else value)


def text_of(value):
    """A value as links have it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else value or ""
