"""People are taken out of what is stored and of what is rejected; places, amounts and dates stay."""

import hashlib
import hmac
from pathlib import Path

import duckdb
import pytest

from cockpit.ingest.store import arm
from cockpit.secret import secret_key

HEADER = "投诉编号,受理时间,区划代码,标题,内容,投诉人\n"


@pytest.fixture(scope="module")
def macro():
    with duckdb.connect() as connection:
        arm(connection, b"key")
        yield lambda name, text: connection.execute(f"select {name}($text)", {"text": text}).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13812345678，13912345678", "电话[电话]，[电话]"),
        ("138 1234 5678、138-1234-5678", "[电话]、[电话]"),
        ("tel+8613812345678。", "tel[电话]。"),
        ("１３８１２３４５６７８", "[电话]"),
        ("0731-88888888转801", "[电话]"),
        ("(010)62345678", "[电话]"),
        ("座机：8888 6666", "座机：[电话]"),
        ("430102198001011234 43010219800101123x", "[身份证号] [身份证号]"),
        ("430102800101123", "[身份证号]"),
        ("卡号6222021234567890123", "卡号[银行卡]"),
        ("4111 1111 1111 1111", "[银行卡]"),
        ("写信到 li.si@example.com.cn。", "写信到 [邮箱]。"),
    ],
)
def test_numbers_are_masked(macro, text: str, expected: str) -> None:
    assert macro("redact_numbers", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名：张三，住东风村", "姓名：张**，住东风村"),
        ("联系人李四电话", "联系人李**电话"),
        ("我叫赵小六，", "我叫赵**，"),
        ("我叫欧阳修。", "我叫欧阳**。"),
        ("本人王五，家住", "本人王**，家住"),
        ("投诉人：陈大文（", "投诉人：陈**（"),
        ('{"姓名": "张三丰"}', '{"姓名": "张**"}'),
    ],
)
def test_names_are_masked(macro, text: str, expected: str) -> None:
    assert macro("redact_names", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "990101001001",
        "区划代码990101001001和990101001002",
        "2019-04-25 09:32:09",
        "20190425",
        "2019年4月25日",
        "1350000.50元",
        "13800138000元",
        "合同金额12345678.9万元",
        "4100000000000002",
        "12388、12345",
        "本人是青江市居民",
        "本人王家村村民",
        "本人于去年反映",
        "姓名：王家村",
        "联系人：",
        "举报人反映",
        "G107国道K1234567处",
        "张**",
    ],
)
def test_what_is_nobody_stays(macro, text: str) -> None:
    assert macro("redact_names", macro("redact_numbers", text)) == text


def test_the_pseudonym_is_hmac_sha256(regions, write, ingest, query, home) -> None:
    ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,甲,乙,欧阳明月\n2,2024-01-02,9901,甲,乙,\n"))
    key = secret_key(home.secrets_path, "pseudonym")
    expected = hmac.new(key, "欧阳明月".encode(), hashlib.sha256).hexdigest()
    assert query("select writer from raw.complaint order by id") == [(expected,), (None,)]


@pytest.mark.parametrize("length", [1, 64, 65, 200])
def test_keys_of_any_length(length: int) -> None:
    key = bytes(range(length))
    with duckdb.connect() as connection:
        arm(connection, key)
        (found,) = connection.execute("select pseudonym('甲')").fetchone()
    assert found == hmac.new(key, "甲".encode(), hashlib.sha256).hexdigest()


SECRETS = ("欧阳明月", "13812345678", "430102198001011234", "6222021234567890123")


def test_nobody_is_left_in_the_store_or_the_rejects(regions, write, ingest, query, home) -> None:
    told = "我是欧阳明月，电话13812345678，身份证430102198001011234，卡6222021234567890123，住和平村"
    (report,) = ingest(
        write(
            "complaint.csv",
            HEADER.replace("\n", ",电话,办结时间\n")
            + f"1,2024-01-02,9901,欧阳明月反映,{told},欧阳明月,13812345678,\n"
            + f"2,2024-01-02,9901,欧阳明月反映,{told},欧阳明月,13812345678,欧阳明月\n"
            + f"3,{told},9901,甲,{told},欧阳明月,13812345678,2023-01-01\n",
        )
    )
    assert (report.count_accepted, report.count_rejected) == (1, 2)
    ((subject, text),) = query("select subject, text from raw.complaint")
    assert subject == "欧**反映"
    assert text == "我是欧**，电话[电话]，身份证[身份证号]，卡[银行卡]，住和平村"
    for path in Path(home.home).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in SECRETS if secret.encode() in content], path


def test_names_and_evidence_of_alerts(regions, write, ingest, query) -> None:
    (report,) = ingest(
        write(
            "alert.csv",
            "预警编号,预警时间,等级,区划代码,预警内容,证件号码,预警对象,证据\n"
            '1,2024-01-02,红色,9901,张三丰重复领取,430102198001011234,张三丰,"{""phone"": 13812345678, '
            '""who"": ""张三丰"", ""yuan"": 600}"\n'
            "2,2024-01-02,红色,9901,甲,,,{不是\n",
        )
    )
    assert (report.count_accepted, report.count_rejected) == (1, 1)
    ((title, subject, name, evidence),) = query(
        "select title, subject, subject_name, evidence from raw.alert"
    )
    assert (title, name) == ("张**重复领取", "张**")
    assert len(subject) == 64
    assert evidence == '{"phone": "[电话]", "who": "张**", "yuan": 600}'
