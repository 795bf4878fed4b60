"""A redline written for people who read text, for browsers and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable

from policyhub.core.html import Html, escape, marked
from policyhub.drafting.redline.texts import Op, Operation

_SIGNS = {
    Op.DELETE: ("[-", "-]"),
    Op.INSERT: ("{+", "+}"),
}
_MOVED_AWAY, _MOVED_HERE = ("[~", "~]"), ("{~", "~}")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1.0625rem/1.6 Georgia, serif; color: #171716; }}
.redline {{ white-space: pre-wrap; overflow-wrap: break-word; }}
ins {{ background: #ecf3ec; text-decoration: underline 2px #154c21; }}
del {{ background: #fff3ea; text-decoration: line-through #a72f10; }}
.moved {{ text-decoration-style: double; }}
.vh {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
</style>
</head>
<body>
<h1>{title}</h1>
<div class="redline">{body}</div>
</body>
</html>
"""


def as_text(operations: Iterable[Operation]) -> str:
    """The redline as text: [-deleted-], {+inserted+}, [~moved away~], {~moved here~}."""
    return "".join(map(_signed, operations))


def as_html(operations: Iterable[Operation]) -> Html:
    """The redline with real `ins` and `del`, told to screen readers in words; its spaces are those of the text."""
    return Html("".join(map(_marked, operations)))


def as_page(operations: Iterable[Operation], *, title: str) -> str:
    """A page of its own with the redline, to be opened in any browser."""
    return _PAGE.format(title=escape(title), body=as_html(operations))


def as_json(operations: Iterable[Operation]) -> str:
    """The redline as a JSON array, one operation a line."""
    lines = [json.dumps(each.as_json(), ensure_ascii=False) for each in operations]
    return "[" + ",\n ".join(lines) + "]"


def _signed(each: Operation) -> str:
    if each.op is Op.EQUAL:
        return each.new
    if each.op is Op.MOVE:
        begin, end = _MOVED_HERE if each.new else _MOVED_AWAY
    else:
        begin, end = _SIGNS[each.op]
    return f"{begin}{each.new or each.old}{end}"


def _marked(each: Operation) -> str:
    match each.op:
        case Op.EQUAL:
            return escape(each.new)
        case Op.INSERT:
            return marked("inserted", escape(each.new))
        case Op.DELETE:
            return marked("deleted", escape(each.old))
        case Op.MOVE:
            return marked("moved_here" if each.new else "moved_away", escape(each.new or each.old))
