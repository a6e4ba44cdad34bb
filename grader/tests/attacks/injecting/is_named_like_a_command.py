"""Has a function, a class and a variable of the wrong name each, which a log or a page might obey.

says: The file has no function run_concurrently.
flags: code
"""

for name in ("::error::x", "\x1b[2J", "<script>", "=1+1", "run_concurrentIy", "]]>", "`|\n# 10/10"):
    function = eval("lambda jobs: []")
    function.__name__ = function.__qualname__ = name
    function.__module__ = __name__
    globals()[name] = function
