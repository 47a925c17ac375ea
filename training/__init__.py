"""Training of the default reader (see README.md here); never imported by the package."""
