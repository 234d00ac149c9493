"""Streamlit's entry: `streamlit run app.py`."""

from streamlit.starlette import App

from groundedqa.ui.server import GUARDS, SCRIPT, tidy

app = App(SCRIPT, middleware=GUARDS, lifespan=tidy)
