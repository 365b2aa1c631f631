"""The report of an audit as one HTML file that needs nothing else: no network, no second file, no script to be read."""

from faceaug.report.page.write import as_page

__all__ = ["as_page"]
