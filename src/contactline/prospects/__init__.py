"""What is expected, what came of it, and what the picture would be if."""
