"""The page: HTML that needs nothing beside itself."""
