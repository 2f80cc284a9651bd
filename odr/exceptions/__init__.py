"""Without consent: the two exceptions of the law that let a mediator disclose (law 95-125, art. 21-3)."""
