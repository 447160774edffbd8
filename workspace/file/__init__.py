"""The parts of a customer's overview: each reads its own rows and gives plain facts."""
