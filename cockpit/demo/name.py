"""Invented names of places and people, made of syllables that no province or city is known to carry."""

from collections.abc import Iterator

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
    "沐阳 清和 嘉树 云舟 知远 明澈 秋白 怀瑾 若谷 景行 书言 砚秋 望舒 青禾 景初 思齐 长宁 南星 松龄 岁安 "
    "守拙 允中 承泽 静姝 采薇 如岚 春晓 文茵 素问 晚晴 桂枝 玉兰 月娥 秀芝 桂香 水生 长根 福田 土根 金宝 "
    "建新 国栋 永康 学文 德全 世昌 保国 志勤 贵生 茂林"
).split()


def unique(
    heads: str, tails: str, count: int, rng: np.random.Generator, taken: set[str] | None = None
) -> list[str]:
    """Return that many different two-syllable names, none of those taken; ValueError when there are too few."""
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
