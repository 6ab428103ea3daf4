"""PostgreSQL and Redis for the demo and the tests, from programs that come with our packages.

Knows nothing of Django. What a service needs is asked for in this order: an address in the
environment, the wheel's program, the system's program.
"""

from config.services.errors import ServiceError
from config.services.folders import throwaway_home
from config.services.postgres import PostgresServer, start_postgres
from config.services.redis import RedisServer, start_redis

__all__ = [
    "PostgresServer",
    "RedisServer",
    "ServiceError",
    "start_postgres",
    "start_redis",
    "throwaway_home",
]
