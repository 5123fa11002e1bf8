"""Work that needs a core and nothing else."""

total = 0
for number in range(6_000_000):
    total += number * number % 7
