"""Why the engine gave up, in words a person can act on; its own words, in English, go to the log."""

import logging
import re

import duckdb

LOGGER = logging.getLogger(__name__)
_FULL = ("No space left", "max_temp_directory_size", "File too large")


def reason(error: Exception) -> str:
    """Return the reason of an error of DuckDB or of a file as a part of a Chinese sentence."""
    text = str(error)
    if any(sign in text for sign in _FULL):
        return "磁盘空间不足"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "内存不足（设置 memory_limit_mb）"
    if "Permission denied" in text:
        return "没有读写权限"
    LOGGER.warning("%s: %s", type(error).__name__, text)
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        # The last name of the first line is what is missing; what follows are guesses.
        names = re.findall(r'"([^"]+)"|name (\w+)', text.split("\n", 1)[0])
        found = f"“{''.join(names[-1])}”" if names else "表或列"
        return f"找不到{found}，数据的结构与程序不一致"
    is_file = isinstance(error, OSError | duckdb.IOException)
    if is_file and "not a valid DuckDB" in text:
        return "文件不是数据库，或已损坏"
    return f"{'读写文件时出错' if is_file else '内部错误'}，详情已写入日志"
