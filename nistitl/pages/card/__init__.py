"""A transaction on paper: a fingerprint card at true scale. Needs the packages of `ebtskit[card]`."""
