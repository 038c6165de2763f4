import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ModelError
from qa.answer import in_words
from qa.calibration import FILE, STAGES, Calibration, probability, read_calibration
from qa.cross_encoder import WEIGHTS_SHA256, check_fits


def test_the_calibration_is_for_the_reader_that_is_shipped():
    assert read_calibration().reader == WEIGHTS_SHA256


def test_weights_of_another_reader_are_refused():
    stages, thresholds = read_calibration().stages, read_calibration().thresholds
    with pytest.raises(ModelError, match=r"another reader .*'abc'.* Install the package again"):
        check_fits(Calibration("abc", stages, thresholds))
    check_fits(read_calibration().without("reader"))


def test_log_odds_are_weights_times_features():
    weights = {stage: {"bias": 1.0, "reader": 2.0} for stage in STAGES}
    one = Calibration("", weights, read_calibration().thresholds)
    assert one.odds("read", {"reader": 3.0, "unheard_of": 9.0}) == 7.0
    assert one.shares("read", {"reader": 3.0}) == {"bias": 1.0, "reader": 6.0}
    assert one.without("reader").odds("read", {"reader": 3.0}) == 1.0
    assert one.odds("read", {"reader": 3.0}) == 7.0


@pytest.mark.parametrize("weight", [math.nan, math.inf, "1", None, True])
def test_a_weight_that_is_no_number_is_refused(weight):
    stages = {stage: {"bias": weight} for stage in STAGES}
    with pytest.raises(ModelError, match="finite weights"):
        Calibration("", stages, read_calibration().thresholds)


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"reader": "", "stages": 3, "thresholds": 1}'])
def test_a_damaged_calibration_is_told(tmp_path, damage):
    path = tmp_path / "calibration.json"
    path.write_text(damage)
    with pytest.raises(ModelError, match="Install the package again"):
        read_calibration(path)
    row = json.loads(FILE.read_text())
    del row["stages"]["answer"]
    path = tmp_path / "other.json"
    path.write_text(json.dumps(row))
    with pytest.raises(ModelError, match="Install the package again"):
        read_calibration(path)


@given(st.floats(allow_nan=False))
def test_a_probability_is_one(value):
    assert 0 <= probability(value) <= 1


def test_what_is_no_number_is_no_probability():
    with pytest.raises(ValueError, match="no number"):
        probability(math.nan)
    for value in (math.nan, -0.1, 1.1):
        with pytest.raises(ValueError, match="no probability"):
            in_words(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.0, "very likely"), (0.8, "very likely"), (0.79, "likely"), (0.3, "perhaps"), (0, "weak")],
)
def test_a_probability_has_a_word(value, words):
    assert in_words(value) == words
