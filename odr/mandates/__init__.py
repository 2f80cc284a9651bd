"""Writing mandates: who may settle for a party up to what, who says so, and which document shows it."""
