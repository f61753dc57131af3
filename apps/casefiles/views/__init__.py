"""What applicants see: their space, the request from the first answer to the decision."""
