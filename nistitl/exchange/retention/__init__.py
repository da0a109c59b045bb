"""How long a file may be kept: a policy says for whom, what and how long after which date, and what happens then."""
