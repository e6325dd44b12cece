"""The life of a standard as a table. (标准的生命周期)

draft → consultation → in force → (superseded when its validity ends); a draft or consultation can be withdrawn, one in force too.
"""

from dataclasses import dataclass

from qingshan.kernel.text import Text

STATES = {
    "draft": Text("草案", "draft"),
    "consultation": Text("征求意见", "consultation"),
    "in_force": Text("现行", "in force"),
    "superseded": Text("被代替", "superseded"),
    "withdrawn": Text("废止", "withdrawn"),
    "illustrative": Text("示例", "illustration"),
    "coming": Text("已发布、未生效", "published, not yet in force"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """From which states, to which, by whom, under which clause."""

    sources: tuple[str, ...]
    target: str
    second_person: bool
    clause: str


MOVES = {
    "save": Move(("draft",), "draft", second_person=False, clause="方案 五(三)"),
    "open_consultation": Move(("draft",), "consultation", second_person=False, clause="方案 五(三)"),
    "back_to_draft": Move(("consultation",), "draft", second_person=False, clause="方案 五(三)"),
    "publish": Move(("consultation",), "in_force", second_person=True, clause="方案 五(三)"),
    "withdraw": Move(("draft", "consultation", "in_force"), "withdrawn", second_person=False, clause="方案 五(三)"),
}
