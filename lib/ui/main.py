"""Table of contents: page config, navigation, and what every page shares (the steps, title, link, reset)."""

import streamlit as st

from lib.ui.diagram import LOGO, MARK, steps_bar
from lib.ui.lesson import arrive, show_bar, show_next
from lib.ui.links import let_the_link_win, remember_arrival, reset_button, share_button
from lib.ui.my_course import keep_on_the_walk
from lib.ui.pages import PAGES, WORKSHOP

if "_pages" not in st.session_state:  # each looks for its file
    st.session_state["_pages"] = [st.Page(one.path, title=one.title, default=one.file == "start") for one in PAGES]
    st.session_state["_pages"].append(st.Page(WORKSHOP.path, title=WORKSHOP.title, visibility="hidden"))
page = st.navigation(st.session_state["_pages"])
step, (file, _, prefix, _) = next(one for one in enumerate((*PAGES, WORKSHOP)) if one[1].title == page.title)
st.set_page_config(page_title=f"{page.title} · Glass Box", page_icon="browser/icon.png", layout="wide")
st.logo(LOGO, size="large", icon_image=MARK)

at_a_lesson = arrive(file)
linked = let_the_link_win(prefix, always=at_a_lesson)
with st.container(horizontal=True, vertical_alignment="center", key="_top"):  # page.css puts it beside the menu
    st.html(steps_bar(step))
    actions = st.container(horizontal=True, width="content")
show_bar()
st.title(page.title, anchor=False)
page.run()
show_next()
keep_on_the_walk()
remember_arrival(prefix, linked)
if step < len(PAGES):  # the workshop's own page is no view to share
    with actions:
        share_button(prefix)
        reset_button(prefix)
