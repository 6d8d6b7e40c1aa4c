"""Bank statements: camt.053 and its kin, MT940 of Dutch banks, and the banks' CSV as a last resort.

`read_bank_file` reads a file whole or refuses it with the place and the reason. Nothing is taken in here.
"""
