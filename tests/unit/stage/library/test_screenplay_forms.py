"""Screenplays as people write them: forms, languages, encodings and documents; no scene is lost without a line."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from stage.errors import InputError
from stage.library.screenplay.reading import read_screenplay
from stage.library.screenplay.words import hour_in, weather_in
from stage.library.show_proposal import proposed_show
from stage.model.show import ShowFile
from tests.places import DATA

FOLDER = DATA / "screenplays"
Row = tuple[str, str, str, str]
"""Number, inside or outside, place, hour."""


def rows(data: bytes, name: str = "a.txt") -> list[Row]:
    return [(s.number, s.int_ext, s.place, s.time_of_day) for s in read_screenplay(data, name).scenes]


def of(text: str) -> list[Row]:
    return rows(text.encode())


ZH_INT = [
    ("", "INT", "客厅", "日"),
    ("", "EXT", "皇宫庭院", "夜"),
    ("", "EXT", "沙漠", "黄昏"),
    ("", "INT/EXT", "马车", "清晨"),
]
FILES: dict[str, list[Row]] = {
    "zh_weiduanju.txt": [
        ("1-1", "INT", "客厅", "日"),
        ("1-2", "EXT", "街道", "夜"),
        ("2-1", "INT/EXT", "车里", "清晨"),
        ("2-2", "EXT", "皇宫广场", "黄昏"),
    ],
    "zh_changjing.txt": [("1", "", "教室", "上午"), ("2", "", "操场", "夜晚")],
    "zh_dunhao.txt": [("20", "INT", "卫生间", "日"), ("21", "EXT", "天台", "夜")],
    "zh_int.fountain": ZH_INT,
    "zh_int_gb18030.fountain": ZH_INT,
    "zh_neijing.fountain": [("", "INT", "客厅", "日"), ("", "EXT", "皇宫广场", "夜"), ("", "INT", "将军府", "日")],
    "intl.fountain": [
        ("", "INT", "CASTLE", "DAY FOR NIGHT"),
        ("", "EXT", "FIELD", "MAGIC HOUR"),
        ("", "EXT", "BEACH", "GOLDEN HOUR (FLASHBACK)"),
        ("", "INT/EXT", "ROOM / STREET", "NIGHT"),
        ("", "EXT", "STREET", "NIGHT"),
        ("", "EXT", "STREET", "NIGHT"),
        ("", "EXT", "STREET", "NIGHT"),
        ("", "INT", "HOUSE - KITCHEN", "LATER THAT NIGHT"),
        ("", "EXT", "SNOWY PEAK", "6 AM"),
        ("", "INT", "CAR (MOVING)", "DAY - RAIN"),
        ("", "INT/EXT", "CAR", "DAY"),
        ("12", "EXT", "PALACE", "NIGHT"),
        ("A12", "EXT", "PALACE", "NIGHT"),
        ("", "EXT", "PALACE", "MOONLIGHT"),
        ("", "INT", "KÜCHE", "TAG"),
        ("", "INT", "KÜCHE", "TAG"),
        ("", "INT", "CASA", "NOCHE"),
        ("", "INT", "MAISON", "NUIT"),
    ],
}


@pytest.mark.parametrize("name", FILES)
def test_every_scene_of_the_small_screenplays_is_there(name: str) -> None:
    assert rows((FOLDER / name).read_bytes(), name) == FILES[name]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("第一场 客厅 日 内", ("1", "INT", "客厅", "日")),
        ("第二场　夜　外　古镇街道", ("2", "EXT", "古镇街道", "夜")),
        ("第十二场 清晨 外 草原", ("12", "EXT", "草原", "清晨")),
        ("第2集第3场 内 夜 车内（行驶中）", ("2-3", "INT", "车内 行驶中", "夜")),
        ("场景一：办公室 日 内", ("1", "INT", "办公室", "日")),
        ("场次4 地铁站 内 晨", ("4", "INT", "地铁站", "晨")),
        ("【1-1 日 内 客厅】", ("1-1", "INT", "客厅", "日")),
        ("1-3 日外 皇宫", ("1-3", "EXT", "皇宫", "日")),
        ("1－5、凌晨/外/街道", ("1-5", "EXT", "街道", "凌晨")),
        ("1-7 闪回 夜 外 山谷", ("1-7", "EXT", "山谷", "夜")),
        ("3. 内/外景 汽车 - 次日清晨", ("3", "INT/EXT", "汽车", "次日清晨")),
        ("5．外．庭院．日", ("5", "EXT", "庭院", "日")),
        ("第1場 日 內 咖啡廳", ("1", "INT", "咖啡廳", "日")),
        ("内景。将军府 - 日", ("", "INT", "将军府", "日")),
        ("日 内 客厅", ("", "INT", "客厅", "日")),
        (".1-1 日 内 客厅", ("1-1", "INT", "客厅", "日")),
        ("○公園・外（朝）", ("", "EXT", "公園", "朝")),
        ("S#1. 거실 (낮) 내부", ("1", "INT", "거실", "낮")),
        ("EXTERIOR. DESIERTO. ATARDECER", ("", "EXT", "DESIERTO", "ATARDECER")),
        ("14 INT. COCHE - MAÑANA 14", ("14", "INT", "COCHE", "MAÑANA")),
        ("EXTÉRIEUR JOUR - DÉSERT", ("", "EXT", "DÉSERT", "JOUR")),
        ("3. EXT. CHAMP DE NEIGE – AUBE", ("3", "EXT", "CHAMP DE NEIGE", "AUBE")),
        ("AUẞEN. WÜSTE - ABENDDÄMMERUNG", ("", "EXT", "WÜSTE", "ABENDDÄMMERUNG")),
        ("INNEN WOHNZIMMER ABEND", ("", "INT", "WOHNZIMMER", "ABEND")),
        ("ИНТ. КУХНЯ - НОЧЬ", ("", "INT", "КУХНЯ", "НОЧЬ")),
        ("int. kitchen - night", ("", "INT", "kitchen", "NIGHT")),
        ("EXT. FOREST (NIGHT)", ("", "EXT", "FOREST", "NIGHT")),
        ("SCENE 12. EXT. VALLEY OF THE NIGHT - DAY", ("12", "EXT", "VALLEY OF THE NIGHT", "DAY")),
        ("  12A   INT. ATTIC    12A", ("12A", "INT", "ATTIC", "")),
        ("EXT. LOT - 3 P.M.", ("", "EXT", "LOT", "3 P.M.")),
        ("INT. 客厅 夜", ("", "INT", "客厅", "夜")),
    ],
)
def test_a_line_is_the_heading_it_is(line: str, row: Row) -> None:
    assert of(f"{line}\n\n某人说话。\n") == [row]


@pytest.mark.parametrize(
    "line",
    [
        "他说：日内瓦很美。",
        "外面下着大雨，夜里很冷。",
        "第一场雪落下的时候，他还在外面。",
        "第三场，我们输了。",
        "1-1打平。",
        "外公来了。",
        "内心独白",
        "△日落，外面很美",
        "4、人物小传",
        "人物：林晚",
        "Interior design is fun.",
        "Est ce bien la peine",
        "12. Take the bus.",
        "Innen drin war es still.",
        "INTERVAL",
        "FADE IN:",
        "Extra pages",
        "/* EXT. CUT - DAY */",
        "[[EXT. NOTE - DAY]]",
    ],
)
def test_what_people_say_is_no_heading(line: str) -> None:
    assert of(f"INT. A - DAY\n\n{line}\n\nx\n") == [("", "INT", "A", "DAY")]


def test_a_heading_needs_no_blank_line_where_it_cannot_be_anything_else() -> None:
    assert of(
        "JOHN\nExt. 45, please.\nINT. KITCHEN, NIGHT\nThey eat.\nCUT TO:\nEXT. DESERT, LATE AFTERNOON\nSand.\n"
    ) == [
        ("", "INT", "KITCHEN", "NIGHT"),
        ("", "EXT", "DESERT", "LATE AFTERNOON"),
    ]


def test_a_bare_number_takes_its_place_and_hour_from_the_lines_below() -> None:
    assert of("第2场\n时间：傍晚\n地点：江边 外\n江水滔滔。\n") == [("2", "EXT", "江边", "傍晚")]


def test_scenes_of_an_episode_carry_its_number() -> None:
    assert [row[0] for row in of("第一集\n第一场 日 内 A座\n第二集\n第一场 夜 外 天台\n")] == ["1-1", "2-1"]


def test_what_may_be_a_scene_and_was_not_taken_is_told() -> None:
    text = "第1场 日 内 客厅\n第一场雪落下了，很美。\n第4场 夜 外 街道\n"
    told = read_screenplay(text.encode(), "a.txt").notes
    assert "line 2 looks like a heading and was not taken for one: 第一场雪落下了，很美。" in told
    assert "no scene 2 to 3 between 1 and 4" in told


def test_a_cut_part_without_an_end_loses_nothing() -> None:
    read = read_screenplay(b"INT. A - DAY\n\n/* later\n\nEXT. B - NIGHT\n\nx\n", "a.fountain")
    assert [scene.place for scene in read.scenes] == ["A", "B"]
    assert read.notes == ("line 3: a cut part or a note begins and never ends: what follows is read",)


ENCODED = [
    ("utf-8-sig", "客厅", ""),
    ("utf-16", "客厅", "read as UTF-16"),
    ("utf-16-le", "客厅", "read as UTF-16"),
    ("utf-16-be", "客厅", "read as UTF-16"),
    ("gb18030", "客厅", "read as GB18030 (simplified Chinese)"),
    ("gbk", "客厅", "read as GB18030 (simplified Chinese)"),
    ("big5", "咖啡廳", "read as Big5 (traditional Chinese)"),
    ("cp1252", "CAFÉ", "read as Windows-1252 (Western)"),
    ("cp1251", "КУХНЯ", "read as Windows-1251 (Cyrillic)"),
]
ACTIONS = {
    "客厅": "甲推开门走进来，看着窗外的大雨。他没有说话，只是坐下来。",
    "咖啡廳": "阿明推開門走進來，看著窗外的大雨。他沒有說話，只是坐下來。",
    "CAFÉ": "Il est là, à côté de la fenêtre.",
    "КУХНЯ": "Он сидит у окна и молчит.",
}


@pytest.mark.parametrize(("encoding", "place", "note"), ENCODED)
def test_the_encoding_is_seen_and_told(encoding: str, place: str, note: str) -> None:
    read = read_screenplay(
        f"INT. {place} - 夜\n\n{ACTIONS[place]}\n".replace(" - 夜", "").encode(encoding), "a.fountain"
    )
    assert (read.scenes[0].place, read.scenes[0].action) == (place, ACTIONS[place])
    assert note in "".join(read.notes)


def test_an_encoding_that_is_said_counts() -> None:
    data = "INT. CAFÉ - DAY\n\nx\n".encode("mac_roman")
    assert read_screenplay(data, "a.fountain", "mac_roman").scenes[0].place == "CAFÉ"
    with pytest.raises(InputError, match="line 4: is not text in utf-8"):
        read_screenplay(b"INT. A - DAY\n\nx\n\xff\xfe", "a.fountain", "utf-8")
    with pytest.raises(InputError, match="'klingon' is no encoding"):
        read_screenplay(data, "a.fountain", "klingon")


def zipped(**entries: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def word(*paragraphs: tuple[str, str]) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f"<w:r><w:t>{text[:3]}</w:t></w:r><w:r><w:t>{text[3:]}</w:t></w:r></w:p>"
        for style, text in paragraphs
    )
    return zipped(**{"word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'})


def test_a_word_document_is_read_and_its_styles_count() -> None:
    data = word(
        ("Normal", "1-1 日 内 客厅"), ("Normal", "甲。"), ("SceneHeading", "THE SNOWFIELD"), ("a0", "EXT. B - DAY")
    )
    assert rows(data, "a.docx") == [
        ("1-1", "INT", "客厅", "日"),
        ("", "", "THE SNOWFIELD", ""),
        ("", "EXT", "B", "DAY"),
    ]


def test_a_highland_file_is_read() -> None:
    data = zipped(**{"a.textbundle/info.json": "{}", "a.textbundle/text.fountain": "EXT. B - DAY\n\nx\n"})
    assert rows(data, "a.highland") == [("", "EXT", "B", "DAY")]


def test_a_pdf_is_read_with_the_numbers_in_its_margins() -> None:
    document = FPDF()
    document.set_font("Courier", size=12)
    for page in range(2):
        document.add_page()
        document.text(190, 10, f"{page + 1}.")
        document.text(10, 30, str(12 + page))
        document.text(38, 30, "EXT. PALACE - NIGHT")
        document.text(190, 30, str(12 + page))
        document.text(38, 45, "Lanterns.")
    assert rows(bytes(document.output()), "a.pdf") == [
        ("12", "EXT", "PALACE", "NIGHT"),
        ("13", "EXT", "PALACE", "NIGHT"),
    ]


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"%PDF-1.7\nbroken", "a.pdf", "is a damaged PDF file"),
        (b"PK\x03\x04rest", "a.docx", "is not a zip file, or it is damaged"),
        (zipped(**{"x.json": "{}"}), "a.zip", "neither Word nor Highland"),
        (zipped(**{"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "a.docx", "document type"),
        (zipped(**{"word/document.xml": " " * (9 << 20)}), "a.docx", "too large"),
    ],
)
def test_a_document_that_is_none_is_refused_in_words(data: bytes, name: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_screenplay(data, name)


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xfe"]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    try:
        read_screenplay(start + data, "a.txt")
    except InputError:
        return


@given(st.text(st.sampled_from("第一场景1-日夜内外 客厅。，：INT.EX /()\n"), max_size=120))
def test_any_text_of_headings_is_read_or_refused_and_makes_a_show(text: str) -> None:
    try:
        read = read_screenplay(text.encode(), "a.txt")
    except InputError:
        return
    ShowFile.model_validate(proposed_show("x", read.scenes, Path("none"), read.title))


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("6 AM", "blue-hour"),
        ("3 P.M.", "noon"),
        ("11:30 PM", "night"),
        ("12 AM", "night"),
        ("22h30", "night"),
        ("18 Uhr", "golden-hour"),
        ("19 heures", "dusk"),
        ("晚上8点", "night"),
        ("下午3点", "noon"),
        ("凌晨", "night"),
        ("次日清晨", "blue-hour"),
        ("日落", "golden-hour"),
        ("DAY FOR NIGHT", "night"),
        ("MÁS TARDE", None),
        ("PLUS TARD", None),
        ("TARDE", "noon"),
        ("Nachmittag", "noon"),
        ("SOIR", "dusk"),
        ("中午", "noon"),
        ("TODAY", None),
        ("KNIGHT", None),
    ],
)
def test_hours_are_known_by_words_and_by_the_clock(text: str, look: str | None) -> None:
    assert hour_in(text) == look


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("大雨倾盆", "rain"),
        ("她撑着雨伞", None),
        ("风沙漫天", "dust-storm"),
        ("雪花飘落", "snowfall"),
        ("Il pleut.", "rain"),
        ("Es schneit.", "snowfall"),
        ("Una tormenta de arena", "dust-storm"),
        ("Llueve", "rain"),
        ("the train", None),
        ("a rainbow", None),
        ("der Regent", None),
        ("industrial", None),
        ("Regnet es?", "rain"),
    ],
)
def test_weather_is_known_by_words(text: str, look: str | None) -> None:
    assert weather_in(text) == look


def proposed(heading: str, action: str = "") -> tuple[str | None, str | None, str]:
    text = f"{heading}\n\n{action or 'x'}\n"
    show = ShowFile.model_validate(proposed_show("x", read_screenplay(text.encode(), "a.txt").scenes, Path("none")))
    (scene,) = show.scenes
    return scene.set, scene.preset, scene.notes


@pytest.mark.parametrize(
    ("heading", "action", "found", "look"),
    [
        ("EXT. STREET - NIGHT", "Rain pours down.", "street", "sky-night"),
        ("外景 皇宫庭院 夜", "大雨倾盆。", "courtyard", "sky-night"),
        ("EXT. STREET - DAY", "Rain.", "street", "rain"),
        ("INT. CAR (MOVING) - DAY - RAIN", "", None, "rain"),
        ("INT. KITCHEN - DAY", "Rain outside.", None, "noon"),
        ("1-1 日 外 沙漠", "", "desert", "noon"),
        ("EXT. DÉSERT - SOIR", "", "desert", "sky-dusk"),
        ("AUSSEN. SCHNEEFELD - TAG", "", "snowfield", "noon"),
        ("INT. HALF-DARK PARIS APARTMENT - NIGHT", "", None, "night"),
        ("EXT. AT THE GATE - DUSK", "", None, "dusk"),
        ("EXT. BLOOM FRONT HALL - DAY", "", None, "noon"),
    ],
)
def test_a_look_and_a_set_by_words_of_any_language(heading: str, action: str, found: str | None, look: str) -> None:
    assert proposed(heading, action)[:2] == (found, look)


def test_what_the_look_does_not_show_stands_in_the_notes() -> None:
    assert "Also rain: sky-night does not show it" in proposed("EXT. STREET - NIGHT", "Rain.")[2]


def test_the_title_of_the_screenplay_is_the_shows() -> None:
    assert read_screenplay((FOLDER / "zh_weiduanju.txt").read_bytes(), "a.txt").title == "示例短剧"
    assert read_screenplay((FOLDER / "zh_int.fountain").read_bytes(), "a.txt").title == "测试"


def test_scenes_without_a_number_leave_the_written_ones_as_they_are() -> None:
    scenes = read_screenplay(
        b"INT. A - DAY\n\nx\n\n1 INT. B - DAY\n\nx\n\nINT. C - DAY\n\nx\n\n3 INT. D - DAY\n\nx\n", "a"
    ).scenes
    assert [row["number"] for row in proposed_show("x", scenes, Path("none"))["scenes"]] == ["0", "1", "1A", "3"]
