"""Questions asked twice or more: states, partnerships, evidence, renewals, meetings."""
