"""From public price lists to rows of the table."""
