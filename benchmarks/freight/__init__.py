"""What the benchmarks of freight share: two bare ends with files, and the emulated line."""
