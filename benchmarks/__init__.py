"""What the site costs, as ratios to an empty view: ``python -m benchmarks``."""
