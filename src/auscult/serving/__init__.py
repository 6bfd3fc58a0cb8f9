"""The page in a browser, as files: the built page, the bundled models, examples, and the server that gives them out."""
