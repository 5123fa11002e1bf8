"""What usage objects share: how counts become disjoint units."""
