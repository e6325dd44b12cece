"""Text that people read: Chinese first, English complete beside it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One phrase in both languages of the product. (双语文本)"""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The phrase in ``language`` ("zh-hans", "en-gb" …); Chinese unless English is asked for.

        >>> Text("综合能耗", "comprehensive energy consumption").in_language("en")
        'comprehensive energy consumption'
        """
        return self.en if language.lower().startswith("en") else self.zh

    def __str__(self) -> str:
        return self.zh
