"""The demonstration company: invented, the same for the same seed and first day.

`world` says who there is, `waybills`, `money` and `voices` what happens on a day whenever they are
asked; `loading` writes it through the product's own ways in, `removal` takes it away again.
"""
