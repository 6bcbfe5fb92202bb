"""The pages of freight: deliveries, their files, what steers them, the limits."""
