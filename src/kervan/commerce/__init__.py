"""Orders, and later catalogue, stock, baskets and loyalty."""
