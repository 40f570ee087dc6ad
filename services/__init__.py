"""What Tandem decides. Knows neither Streamlit nor Starlette."""
