"""The list of tasks for the people in stores."""
