"""What one receiver accepts (FBI, DoD, INTERPOL, NATO, a state), offered through `nistitl.profiles`.

No profile is shipped yet.
"""
