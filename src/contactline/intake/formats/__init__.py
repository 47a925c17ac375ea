"""One module a family of files. Each gives reports, or failures of one line."""
