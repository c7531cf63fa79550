"""Invented names of places and people, made of syllables that no province or city is known to carry."""

import numpy as np

PROVINCE = "霁云省"
HEADS = "霁澹岫黛璟翎昀筱葭蘅茗荻漪霭皓砚岚澜栖芷沐屺湑玥晗葳琚郗"
TAILS = "川原泽陵浦湖岭溪崖坪渡洲峪塘澜屏埠泉岗桥"
VILLAGE_HEADS = "柳杏桃槐松竹梅荷石青白红黄大小上下前后东西南北新老双三七九长横"
VILLAGE_TAILS = "湾庄坪岗塘桥沟岭坡洼寨屯堡畈垸圩店铺河井"
SURNAMES = (
    "田何曹江韩程袁许邓冯傅曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱"
)
GIVEN_NAMES = (
    "沐阳清和嘉树云舟知远明澈秋白怀瑾若谷景行书言砚秋望舒青禾景初思齐长宁南星松龄岁安守拙允中承泽静姝采薇"
    "如岚春晓文茵素问晚晴桂枝玉兰月娥秀芝桂香水生长根福田土根金宝建新国栋永康学文德全世昌保国志勤贵生茂林"
)
"""Each of two syllables."""


def unique(
    heads: str, tails: str, count: int, rng: np.random.Generator, taken: set[str] | None = None
) -> list[str]:
    """Return different two-syllable names, none of those taken; ValueError when there are too few."""
    names = [
        head + tail for head in heads for tail in tails if head != tail and head + tail not in (taken or ())
    ]
    if count > len(names):
        raise ValueError(f"{count} names asked of {len(names)}")
    return [names[index] for index in rng.permutation(len(names))[:count]]


def village_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return different names for the villages of one town; another town may have the same, as in life."""
    plain = unique(VILLAGE_HEADS, VILLAGE_TAILS, count, rng)
    clans = [f"{surname}家{tail}" for surname in SURNAMES for tail in VILLAGE_TAILS]
    clans = [clans[index] for index in rng.permutation(len(clans))[:count]]
    return [
        clan if use < 0.35 else name for name, clan, use in zip(plain, clans, rng.random(count), strict=True)
    ]
