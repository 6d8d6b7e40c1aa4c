"""What a person or a policy can do: load, decide, save. One short function per intention, one module per area."""
