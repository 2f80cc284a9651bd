"""Who mediates: the directory, the appointment, the declaration of interests, the window to object, the opening."""
