"""What crosses from a caucus to the joint space: sentences, on their party's consent."""
