"""Streamlit's entry: `streamlit run app.py`."""

from groundedqa.ui.app import main

main()
