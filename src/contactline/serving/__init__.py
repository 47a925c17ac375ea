"""The web app and its API: what the other rooms know, asked over HTTP."""
