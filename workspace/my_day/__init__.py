"""The page where the day begins: what to do first, how one's customers stand, what changed."""
