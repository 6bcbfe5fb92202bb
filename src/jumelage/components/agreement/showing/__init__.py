"""What the pages show: facts put together for reading, without HTTP."""
