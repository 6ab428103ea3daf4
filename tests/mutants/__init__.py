"""Take each filter, policy and permission away in turn, and see whether the nets notice.

`make test-mutants`, by hand: it takes long. ADR 20 says what is taken away and what is not.
"""

from typing import Final

# Which share of the mutants is tried: "2/3" is the second third.
SHARE: Final = "NINEFOLD_MUTANTS"
