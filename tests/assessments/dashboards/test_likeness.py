"""Whom to introduce to whom: the most alike first, and nothing else counts."""

from assessments.dashboards.likeness import Profile, matches

LOOKING = Profile("l", "Lincoln", "elementary", 400, "Riverbend")


def names(*showing: Profile) -> list[str]:
    return [match.school.name for match in matches(LOOKING, showing, most=9)]


def test_the_same_level_comes_before_the_same_size_and_that_before_the_same_city() -> None:
    level = Profile("1", "Same level", "elementary", 4_000, "Elsewhere")
    size = Profile("2", "Same size", "high", 410, "Elsewhere")
    city = Profile("3", "Same city", "high", 4_000, "riverbend")
    nothing = Profile("4", "Nothing", "high", 4_000, "Elsewhere")

    assert names(nothing, city, size, level) == [
        "Same level",
        "Same size",
        "Same city",
        "Nothing",
    ]


def test_of_schools_as_like_the_nearest_in_size_comes_first_then_the_alphabet() -> None:
    near = Profile("9", "Zenith", "elementary", 401, "Riverbend")
    far = Profile("1", "Adams", "elementary", 450, "Riverbend")
    twin = Profile("2", "Burr", "elementary", 450, "Riverbend")

    assert names(twin, far, near) == ["Zenith", "Adams", "Burr"]


def test_what_is_not_known_is_not_alike() -> None:
    unknown = Profile("1", "Adams", "elementary", None, "")

    (match,) = matches(LOOKING._replace(city=""), [unknown], most=3)

    assert (match.same_level, match.similar_size, match.same_city) == (True, False, False)


def test_a_school_is_not_introduced_to_itself() -> None:
    assert names(LOOKING) == []
