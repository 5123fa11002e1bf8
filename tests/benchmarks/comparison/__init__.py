"""What `benchmarks.run` measures: commands of ours and of rivals, in turn."""
