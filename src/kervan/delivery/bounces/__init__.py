"""Mail that comes back: bounces, complaints and what people write to a return path."""
