"""Take each filter, policy and permission away in turn, and see whether the nets notice.

`make test-mutants`, by hand: minutes to an hour. ADR 20 says what is taken away and what is not.
"""
