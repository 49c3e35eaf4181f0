"""The fold “Take home” of every page: a notebook with the visitor's own values, a picture, and tables of numbers."""

import streamlit as st

from lib.csv_numbers import write_csv
from lib.notebook import notebook
from lib.ui import homes
from lib.ui.drawing import drawn

KINDS = {"ipynb": "application/x-ipynb+json", "png": "image/png", "csv": "text/csv"}


def take_home(name, *view):
    """Files of the page of that name. `view` is what the function of that name in lib/ui/homes.py takes.

    They are made when somebody presses for them, in a thread of its own without a session.
    """
    fold = st.expander("Take home", icon=":material/download:", key=f"_home_{name}", on_change="rerun")
    if not fold.open:
        return

    def made():
        return getattr(homes, name)(*view)

    torch = " and PyTorch" if name in ("learning", "network") else ""
    again = "" if name in ("start", "network") else "; “Bring in numbers” under “Go deeper” reads small ones"
    fold.markdown(
        "Your view to keep, with your own values and picture. The **notebook** calculates the same in plain Python "
        f"with numpy{torch}, and opens in Jupyter or Colab. The **tables** are plain numbers, for a spreadsheet "
        f"too{again}."
    )
    files = {f"{name}.ipynb": ("Notebook", lambda: notebook(made().script, made().values))}
    files[f"{name}.png"] = "Image", lambda: drawn(made().rows)
    for table in made().tables:
        files[f"{name}_{table}.csv"] = f"Table: {table}", lambda table=table: write_csv(made().tables[table])
    row = fold.container(horizontal=True)
    for file, (label, data) in files.items():
        mime = KINDS[file.rpartition(".")[2]]
        row.download_button(label, data, file, mime, key=f"_home_{file}", on_click="ignore")
