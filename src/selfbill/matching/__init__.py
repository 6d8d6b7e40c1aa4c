"""Which invoices a bank entry pays: read what it names, look at who paid, and say how sure that is. Pure.

`match(book, payment)` answers one entry. Only what is certain may be allocated by itself; the rest is proposed to staff, or is work.
"""
