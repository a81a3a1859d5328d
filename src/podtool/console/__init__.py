"""What people see: events, results, problems and errors, drawn with Rich; and their twin, one JSON object."""
