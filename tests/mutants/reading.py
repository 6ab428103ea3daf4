"""Whether those notice that something is away who read the code, without running it."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests.architecture.scoping import is_about_a_district, unscoped
from tests.architecture.test_doors import interface_modules, ways_past_the_door
from tests.mutants.sites import A_DISTRICT, Site
from tests.running import ROOT

Net = Callable[[str], Iterator[str]]


def is_read(site: Site) -> bool:
    """Whether a query of its module says no more whose rows it asks for, or goes past a door."""
    file = ROOT / site.place.file
    without = without_it(file.read_text(), site)
    return any(Counter(net(without)) - as_it_is for net, as_it_is in _read_as_it_is(file).items())


@cache
def _read_as_it_is(file: Path) -> dict[Net, Counter[str]]:
    """What those who read the module notice when nothing is away: it was left for a reason."""
    nets = [unscoped, *([ways_past_the_door] if file in interface_modules() else [])]
    text = ast.unparse(ast.parse(file.read_text()))
    return {net: Counter(net(text)) for net in nets}


def without_it(source: str, site: Site) -> str:
    """The module's text as somebody would have left it who took that away."""
    return ast.unparse(_TakingAway(site).visit(ast.parse(source)))


class _TakingAway(ast.NodeTransformer):
    def __init__(self, site: Site) -> None:
        self.site = site

    def visit_Call(self, call: ast.Call) -> ast.AST:
        self.generic_visit(call)
        place = self.site.place
        if (call.end_lineno, call.end_col_offset) != (place.line, place.column):
            return call
        assert isinstance(call.func, ast.Attribute)
        if self.site.kind == A_DISTRICT:
            kept = [it for it in call.keywords if not is_about_a_district(it.arg or "")]
            return ast.Call(call.func, call.args, kept)
        return call.func.value
