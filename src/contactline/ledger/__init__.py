"""The ledger: reports, claims, runs and review decisions, append-only, hashed, with two clocks."""
