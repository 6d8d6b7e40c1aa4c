"""What leaves: invoices as PDF, e-mails, and the post that takes them away."""
