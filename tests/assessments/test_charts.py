"""`{% repeat %}` writes what `{% for %}` would."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

from assessments.dashboards.bars import Bar
from assessments.templatetags.charts import as_bars, as_heat

ROW = (
    '<a href="?level={{ bar.code }}">{{ bar.label }}: {{ bar.count }}</a>'
    "{% if bar.before is not None %} ({{ bar.before }}){% endif %}"
)


def bars(*labels: str, before: int | None = None) -> list[Bar]:
    return [Bar(str(at), label, at + 2, 40, before, 40) for at, label in enumerate(labels)]


def written(template: str, **values: object) -> str:
    return Template(f"{{% load charts %}}{template}").render(Context(values))


@pytest.mark.parametrize("before", [None, 0, 7])
def test_every_school_s_figures_are_written_as_a_loop_would(before: int | None) -> None:
    rows = as_bars(bars("None yet", "By chance", "Regularly", before=before))

    repeated = written(f"{{% repeat bar in rows %}}{ROW}{{% endrepeat %}}", rows=rows)

    assert repeated == written(f"{{% for bar in rows %}}{ROW}{{% endfor %}}", rows=rows)


def test_a_school_s_name_stays_a_name() -> None:
    rows = as_heat([["id", "school", '<b>Lincoln</b> & "Sons" {{ x }}', "high", [0] * 9]])

    repeated = written("{% repeat it in rows %}{{ it.name }}{% endrepeat %}", rows=rows)

    assert repeated == "&lt;b&gt;Lincoln&lt;/b&gt; &amp; &quot;Sons&quot; {{ x }}"


def test_each_school_has_its_own_nine_cells() -> None:
    levels = [[None, 0, 1, 2, 3, 4, 0, 1, 2], [4] * 9]
    rows = as_heat(
        [str(at), "school", f"School {at}", "high", row] for at, row in enumerate(levels)
    )
    cells = "{% for cell in it.cells %}{{ cell.colour }} {{ cell.word }},{% endfor %};"

    repeated = written(f"{{% repeat it in rows %}}{cells}{{% endrepeat %}}", rows=rows)

    assert repeated == written(f"{{% for it in rows %}}{cells}{{% endfor %}}", rows=rows)


def test_a_chart_without_bars_is_empty() -> None:
    assert written(f"{{% repeat bar in rows %}}{ROW}{{% endrepeat %}}", rows=[]) == ""


def test_a_figure_that_some_rows_lack_is_a_mistake_that_shows() -> None:
    rows = as_bars([*bars("None yet", before=3), *bars("By chance")])

    with pytest.raises(ValueError, match="None in some rows"):
        written(f"{{% repeat bar in rows %}}{ROW}{{% endrepeat %}}", rows=rows)


def test_a_tag_without_rows_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        written("{% repeat bar %}{% endrepeat %}")
