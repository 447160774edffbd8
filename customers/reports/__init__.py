"""What pages say about customers and whom they show."""
