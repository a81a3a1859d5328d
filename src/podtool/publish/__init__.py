"""What goes out: tags, chapters, feed, pages, targets."""
