"""Coverage: who and what is in a data set, who is missing, and how sure that is. Tables in, numbers out; no pixels."""
