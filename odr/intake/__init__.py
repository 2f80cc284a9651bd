"""Coming to the centre: the questionnaire, complaints, the impact score, and the other doors."""
