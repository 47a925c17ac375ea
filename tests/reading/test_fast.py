"""The fast reader: the same code with a lighter encoder, less good and never broken."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactline.model import Report
from contactline.pipeline import Tools
from contactline.reading.fast import FastEncoder, _convolved
from contactline.reading.reader import FastReader
from contactline.reading.words import sentences


@pytest.fixture(scope="module")
def fast() -> Tools:
    return Tools(reader=FastReader(1))


def test_it_reads_plain_sentences(fast: Tools) -> None:
    text = (
        "The Syrian army captured Mayadin from Islamic State on Saturday. Hayat Tahrir al-Sham "
        "controls the city of Idlib."
    )
    found = fast.claims_of(Report(text, len(text), published=date(2017, 11, 20)))
    assert {("control", "gains", "Mayadin"), ("control", "holds", "Idlib")} <= {
        (c.kind, c.aspect, c.place.name) for c in found if c.place
    }
    assert all(text[c.start : c.end] == c.quote and 0 <= c.confidence <= 1 for c in found)


def test_its_convolution_is_the_sum_of_shifted_products() -> None:
    rng = np.random.default_rng(2)
    x, w, b = (
        rng.normal(size=(7, 3)).astype(np.float32),
        rng.normal(size=(5, 3, 4)).astype(np.float32),
        rng.normal(size=4).astype(np.float32),
    )
    for step in (1, 2):
        want = np.stack(
            [
                b
                + sum(x[i + (k - 2) * step] @ w[k] for k in range(5) if 0 <= i + (k - 2) * step < 7)
                for i in range(7)
            ]
        )
        assert np.allclose(_convolved(x, w, b, step), want, atol=1e-5)


def test_a_vector_for_every_word() -> None:
    sents = sentences("Rebels seized the airport near Hama. The weather was fine in Lisbon.")
    found = dict(FastEncoder().vectors(sents, every=True))
    assert [found[i].shape for i in range(len(sents))] == [(len(s.words), 384) for s in sents]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=400))
def test_no_text_breaks_it(fast: Tools, text: str) -> None:
    for c in fast.claims_of(Report(text, len(text))):
        assert text[c.start : c.end] == c.quote
