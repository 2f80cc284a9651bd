"""Documents that the platform makes and seals: agreements, certificates, records of an attempt; their time stamps."""
