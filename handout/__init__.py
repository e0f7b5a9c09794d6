"""From YAML content to verified, printable, bilingual PDF handouts: a line of stages, each a room.

- load: the YAML files become plain data, with the place of every key and value.
- validate: the data becomes typed content (model), or every problem of it at once.
- plan: the content becomes the handouts to make.
- render: a handout becomes HTML.
- typeset: the HTML becomes a tagged PDF (in fonts cut by fonts).
- verify: the PDF is what the page says, or it is refused.
- publish: staging becomes output, with the web pages (site).
"""

__version__ = "0.2.0"
