"""Where answers and the application's own keys are kept: in the process, memcached, Redis, a folder.

Knows neither the board nor who the visitor is.
"""
