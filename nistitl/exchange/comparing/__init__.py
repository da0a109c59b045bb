"""What is different between two transactions: records, fields, images, minutiae; spelling apart from meaning."""
