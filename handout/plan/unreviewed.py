"""Which languages of a handout show words that no native speaker has reviewed."""

from handout.model.content import SOURCE_LANGUAGE, Content, hash_text
from handout.model.languages import Language
from handout.model.texts import walk_texts
from handout.plan.guide import OperatorGuide


def find_unreviewed(content: Content, guide: OperatorGuide, languages: tuple[Language, ...]) -> list[Language]:
    """Return the languages in which an operator's handouts show words that no native speaker has reviewed."""
    common = content.guide
    shown = [
        [guide.operator.names, guide.operator.notice, guide.operator.facts, content.regulator],
        [guide.why, guide.numbers_notes, guide.steps, guide.documents, guide.answers, guide.faqs, guide.warnings],
        [common.title, common.facts, common.counter, common.sections, common.documents_note, common.procedure_note],
    ]
    texts = [text.root for _, text in walk_texts(shown)]
    return [language for language in languages if not _is_reviewed(content, language, texts)]


def _is_reviewed(content: Content, language: Language, texts: list[dict[str, str]]) -> bool:
    if language.code == SOURCE_LANGUAGE:
        return True
    records = content.reviews.get(language.code, {}).values()
    reviewed = {(record.source, record.text) for record in records if record.by}
    words, source = language.words, content.languages[SOURCE_LANGUAGE].words
    pairs = [(text.get(SOURCE_LANGUAGE, ""), text[language.code]) for text in texts if language.code in text]
    pairs += [(getattr(source, name), getattr(words, name)) for name in type(words).model_fields]
    return all((hash_text(one), hash_text(other)) in reviewed for one, other in pairs)
