"""The parts of the HTML report: its template, styles, scripts, and the data they draw."""
