"""What every web server of ours shares; found by gunicorn in the folder it starts in.

The access log names no query, no referrer and no browser: a search, or the page somebody came
from, is nobody's business, and a link that lets somebody in stands in both (config/logs.py).
"""

logger_class = "config.logs.AccessLogger"
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(D)s µs'
