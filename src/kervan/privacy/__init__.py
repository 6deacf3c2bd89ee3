"""What people may ask of their data: access, erasure, retention, the register of transfers."""
