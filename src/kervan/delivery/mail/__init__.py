"""How our mail stands with those who receive it: by domain, by brand, by day."""
