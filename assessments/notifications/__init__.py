"""Who is to hear of what by mail, when, and in which words.

`outbox` holds the notices, `reminders` leaves those that the calendar asks for, `items` reads what
they are about, `phrases` says it, `letters` makes it a mail, `delivery` sends it once. Nothing here
touches a broker.
"""

from assessments.notifications.outbox import tell

__all__ = ["tell"]
