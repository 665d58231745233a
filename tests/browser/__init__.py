"""The cabinet as people use it: a real browser against the real server, ended with this folder."""
