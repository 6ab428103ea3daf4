"""How programs read: the API of schools, and what every other resource of the API builds on."""
