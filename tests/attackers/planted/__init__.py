"""A small site with planted holes, so that a scanner that finds nothing can be told from a blind one."""
