"""Pages of HTML, one template a page."""
