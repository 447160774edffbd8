"""What people read instead of the codes of the built-in questions."""

import pytest
from django.utils.translation import override

from surveys.messages import question_label
from surveys.rules.scales import SCALES


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("nps", "Recommendation (0–10)", "推荐意愿（0–10 分）"),
        ("csat0_9", "Satisfaction (0–9)", "满意度（0–9 分）"),
        ("ces5", "Effort (1–5)", "费力程度（1–5 分）"),
        ("rater_r3_p", "Reliability 3, perceived", "可靠性 3（感知）"),
        ("rater_e5_e", "Empathy 5, expected", "移情性 5（期望）"),
        ("comment", "Comment", "文字意见"),
        ("q17", "q17", "q17"),
    ],
)
def test_a_question_is_read_in_the_readers_language(code, english, chinese):
    with override("en"):
        assert question_label(code) == english
    with override("zh-hans"):
        assert question_label(code) == chinese


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_built_in_question_has_a_label(language):
    with override(language):
        assert [code for code in SCALES if question_label(code) == code] == []
