"""Documents as Excel workbooks."""
