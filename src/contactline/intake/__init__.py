"""Files, pages, feeds and PDFs to reports: the article apart from its readers' comments, with its
date and outlet.
"""
