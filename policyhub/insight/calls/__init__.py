"""What entries about calls, positions and objections say: in sentences, in what follows, in which rows."""
