"""The statistics pages: what customers' months come to, by whatever one asks."""
