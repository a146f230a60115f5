"""How long anything may be waited for: deadlines, names looked up within one, a rest after silence.

Knows neither databases nor caches, and nothing of requests.
"""
