"""What follows from sealed deeds of lower apps."""
