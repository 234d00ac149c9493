"""The page that learners and authors see: one file a page, plus what they share."""
