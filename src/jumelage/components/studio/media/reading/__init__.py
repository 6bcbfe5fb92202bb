"""Opens what somebody brought, tells what it is, and yields its pictures one by one."""
