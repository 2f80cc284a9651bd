"""The platform's seal on its PDF documents (PAdES): key and certificate, sealing, time stamps that are renewed."""
