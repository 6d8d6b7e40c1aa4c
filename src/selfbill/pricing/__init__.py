"""What care costs: shifts become bands, bands become lines, lines get VAT, invoices give commission. Pure."""
