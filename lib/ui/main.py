"""Table of contents: page config, navigation, and what every page shares (title, link, reset)."""

from contextlib import suppress
from pathlib import Path

import streamlit as st

from lib.ui.links import let_the_link_win, remember_arrival, reset_button, share_button
from lib.ui.page import PAGES, EndOfPage

# The file, its title, and the prefix that the keys of its links carry.
CONTENTS = [
    ("start", "Start", "start_"),
    ("images", "Images", "image_"),
    ("template_matching", "Template matching", "match_"),
    ("template_explosion", "Template explosion", "explosion_"),
    ("convolution", "Convolution", "conv_"),
    ("learning", "Learning", "learn_"),
    ("network", "A small network", "network_"),
]

prefixes = {title: prefix for _, title, prefix in CONTENTS}
page = st.navigation(
    [st.Page(PAGES / f"{file}.py", title=title, default=file == "start") for file, title, _ in CONTENTS]
)
prefix = prefixes[page.title]
icon = str(Path(__file__).with_name("icon.png"))
st.set_page_config(page_title=f"{page.title} · Glass Box", page_icon=icon, layout="wide")

linked = let_the_link_win(page.url_path)
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.title(page.title, anchor=False)
    actions = st.container(horizontal=True, width="content")
with suppress(EndOfPage):
    page.run()
remember_arrival(prefix, linked)
with actions:
    share_button(prefix)
    reset_button(prefix)
