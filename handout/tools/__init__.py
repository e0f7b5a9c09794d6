"""What editors use beside a build."""
