"""When a text says that it was written: never guessed."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.dates import date_in, date_in_name, day_of, labelled_date

LEAP = datetime.date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-29",
        "2024-02-29T23:59:59.123456Z",
        "2024-02-29 12:00:00+02:00",
        "2024/02/29",
        "29.02.2024",
        "29 February 2024",
        "29th Feb. 2024",
        "Feb 29, 2024",
        "D:20240229235959-08'00'",
        "20240229",
    ],
)
def test_a_moment_is_on_the_day_that_its_writer_had(text):
    assert day_of(text) == LEAP


@pytest.mark.parametrize(
    "text",
    ["", "2024", "2024-02", "2023-02-29", "02/03/2024", "2024-13-01", "29 Februember 2024", "x"],
)
def test_what_is_no_day_or_may_be_two_is_none(text):
    assert day_of(text) is None


@given(day=st.dates(datetime.date(1000, 1, 1)), form=st.sampled_from(["%Y-%m-%d", "%d %B %Y"]))
def test_every_day_is_read_as_it_is_written(day, form):
    assert day_of(day.strftime(form)) == day
    assert date_in(f"Baku, {day.strftime(form)}\n\nIt is told.") == day


@given(text=st.text(max_size=200) | st.from_regex(r"[0-9./ ,A-Z-]{0,60}"))
def test_whatever_a_text_holds_is_a_day_or_none(text):
    for found in (day_of(text), date_in(text), date_in_name(text)):
        assert found is None or isinstance(found, datetime.date)
    said = labelled_date(text)
    assert said is None or 0 < said.end <= len(text)


@pytest.mark.parametrize(
    "line",
    [
        " date 2024-02-29 By Azernews",
        " date 2024-02-29 Two countries have signed.",
        "Date: Thu, 29 Feb 2024 09:12",
        "Posted by Ann, Bob on 2024-02-29, all posts",
        "Thursday, February 29, 2024",
        "Hillcrest, 29 February 2024",
        "Washington, D.C., February 29, 2024",
        "BAKU, 29 February 2024 — It is told.",
        "Feb 29, 2024 - Press",
        "29.02.2024 12:46",
        "A title\n\nBy Anna Lind\n\n29 February 2024\n\nIt is told.",
    ],
)
def test_a_dateline_is_the_date_of_its_text(line):
    assert date_in(f"{line}\n\nThe crane of 1 May 1911 is old.") == LEAP


@pytest.mark.parametrize(
    "text",
    [
        "The crane was built on 29 February 2024.",
        "2024-02-29T08:00:01Z INFO start",
        "Expires: 29 February 2024   1 March 2024",
        "2024-02-29\tBolt\t40",
        "Sunday, May 26",
        "02/03/2024",
        "February 2024",
        "word\n" * 500 + "Date: 2024-02-29",
    ],
)
def test_a_day_that_a_text_is_about_is_not_its_date(text):
    assert date_in(text) is None


def test_a_name_of_a_file_may_hold_its_date():
    assert date_in_name("2023-01-01/minutes-2024-02-29_final.md") == LEAP
    assert date_in_name("2023-01-01/minutes.md") is None
    assert date_in_name("12024-02-29.md") is None
    assert date_in_name("minutes 2024-02-30.md") is None
