"""The app: its pages and their navigation."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from groundedqa.ui import ask, check, concepts, coverage, inspect, progress, quiz
from groundedqa.ui.learner import sign_in

_HERE = Path(__file__).parent


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(page_title="groundedqa", page_icon=str(_HERE / "icon.svg"), layout="centered")
    st.html(_HERE / "style.css")
    page = st.navigation(
        [
            st.Page(ask.page, title="Ask", icon=":material/forum:", url_path="ask", default=True),
            st.Page(quiz.page, title="Quiz", icon=":material/school:", url_path="quiz"),
            st.Page(progress.page, title="Progress", icon=":material/trending_up:", url_path="progress"),
            st.Page(concepts.page, title="Concepts", icon=":material/menu_book:", url_path="concepts"),
            st.Page(inspect.page, title="Inspect", icon=":material/troubleshoot:", url_path="inspect"),
            st.Page(coverage.page, title="Coverage", icon=":material/radar:", url_path="coverage"),
            st.Page(check.page, title="Check", icon=":material/fact_check:", url_path="check"),
        ]
    )
    sign_in()
    page.run()


if __name__ == "__main__":
    main()
