"""One thin Streamlit script a page. Nothing imports this folder."""
