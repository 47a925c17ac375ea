"""Sources that are followed: what they are, how they are asked, and what is new in them."""
