"""What tests share: visitors who read pages, invented people, real servers."""
