"""The site of documents: `uv run poe docs`. Pages are those of this folder; the order of its menu is that of index.md."""

import re

from docutils import nodes
from docutils.utils.math import MathError, latex2mathml
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.writers.html5 import HTML5Translator

import equitymodel

logger = getLogger(__name__)
project = "equitymodel"
author = "The equitymodel developers"
version = release = equitymodel.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["examples"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
autodoc_default_options = {"members": True, "undoc-members": True, "no-value": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
html_theme = "furo"
html_title = f"equitymodel {version}"
html_math_renderer = "mathml"
html_copy_source = False
HEADING, LINK = re.compile(r"^## (.+)$", re.MULTILINE), re.compile(r"\]\(([\w/]+)\.md\)")
MENU = """
```{{toctree}}
:hidden:
:caption: {caption}

{pages}
```
"""


def menu(page: str) -> str:
    """Make the menu of the site of the links of the front page, in their order and under its headings; each page once."""
    parts, seen = HEADING.split(page), set()
    made = []
    for caption, text in zip(parts[1::2], parts[2::2], strict=True):
        new = [name for name in dict.fromkeys(LINK.findall(text)) if name not in seen]
        seen.update(new)
        made.append(MENU.format(caption=caption, pages="\n".join(new)))
    return "".join(made)


def add_menu(_: Sphinx, name: str, source: list[str]) -> None:
    """Put the menu at the end of the front page."""
    if name == "index":
        source[0] += menu(source[0])


def mathml(translator: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula as MathML, which browsers show themselves: the usual way loads a script from elsewhere."""
    block = isinstance(node, nodes.math_block)
    try:
        translator.body.append(str(latex2mathml.tex2mathml(node.astext(), as_block=block)))
    except MathError as error:
        logger.warning("%s: %s", node.astext(), error, location=node)
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Put both in."""
    app.connect("source-read", add_menu)
    app.add_html_math_renderer("mathml", (mathml, None), (mathml, None))
