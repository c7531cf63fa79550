-- Macros that take people out of values before anything is stored.

-- HMAC-SHA256 (RFC 2104) over the two padded keys that the session sets.
create or replace temp macro pseudonym(v) as sha256(
    getvariable('pseudonym_outer') || unhex(sha256(getvariable('pseudonym_inner') || encode(v)))
);

create or replace temp macro mask_name(v) as left(v, 1) || '**';

-- Weights of a run of digits from the right: every second digit doubled, its digits summed (ISO/IEC 7812-1).
create or replace temp macro is_luhn(digits) as list_sum(list_transform(
    string_split(reverse(digits), ''),
    lambda d, i: case when i % 2 = 1 then d::integer else d::integer * 2 - case when d >= '5' then 9 else 0 end end
)) % 10 = 0;

create or replace temp macro mask_cards(v) as list_reduce(
    list_filter(
        regexp_extract_all(v, '(?:^|[^0-9])([3-6][0-9]{3}(?:[ -]?[0-9]{4}){2,3}(?:[ -]?[0-9]{1,4})?)', 1),
        lambda run: length(regexp_replace(run, '[ -]', '', 'g')) between 15 and 19
            and (starts_with(run, '62') or is_luhn(regexp_replace(run, '[ -]', '', 'g')))
    ),
    lambda text, run: replace(text, run, '[银行卡]'),
    v
);

-- RE2 has no look-around: neighbours are captured and put back, and the macro is applied twice for runs
-- that share a neighbour.
create or replace temp macro mask_numbers_once(v) as regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    v,
    '(^|[^0-9])[1-9][0-9]{5} ?(?:18|19|20)[0-9]{2} ?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]) ?[0-9]{3}[0-9Xx]($|[^0-9])',
    '\1[身份证号]\2', 'g'),
    '(^|[^0-9])[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}($|[^0-9])',
    '\1[身份证号]\2', 'g'),
    '(^|[^0-9.])(?:(?:[+]|00)?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}($|[^0-9.元万亿]|[.]$|[.][^0-9])',
    '\1[电话]\2', 'g'),
    '(^|[^0-9.])(?:[(（]0[1-9][0-9]{1,2}[)）][ -]?|0[1-9][0-9]{1,2}[-－—– ]{0,3})[2-9][0-9]{6,7}(?:[-－转][0-9]{1,6})?($|[^0-9元万亿])',
    '\1[电话]\2', 'g');

create or replace temp macro mask_numbers(v) as regexp_replace(
    mask_numbers_once(mask_numbers_once(v)),
    '((?:电话|手机|座机|联系方式|微信|QQ|qq)(?:号码|号)?[是为:： ]{0,3})[0-9]{3,4}[ -]?[0-9]{3,4}[0-9]{0,4}', '\1[电话]', 'g'
);

create or replace temp macro mask_mail(v) as regexp_replace(
    v, '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+', '[邮箱]', 'g'
);

-- A person the row itself names, wherever the text names them too.
create or replace temp macro hide(v, person) as case
    when length(person) >= 2 and contains(v, person) then replace(v, person, mask_name(person))
    else v
end;

-- Surnames in common use that do not also open what people say of themselves.
create or replace temp macro surname() as
    '(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|司徒|'
    || '[王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯程蔡彭潘袁董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚金丘夏谭韦'
    || '贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐葛伍申付代路左欧'
    || '祝包宁尚符舒柯纪梅童凌毕单焦裴涂成苗谷盛曲翁冉骆欧阮鲍甘卓蒲艾费屈岳辛管岑靳])';

-- A given name: Chinese characters, none of those that end the name of a place.
create or replace temp macro given_name() as
    '[^村镇乡县市区街路组屯寨社省府\x00-\x{4dff}\x{a000}-\x{10ffff}]{1,2}';

create or replace temp macro mask_introduced(v) as regexp_replace(regexp_replace(
    v,
    '((?:姓名|联系人|当事人|举报人|投诉人|反映人|户主|本人|我叫|名叫)["”]?[是为叫:：、（( ]{0,3}["“]?)(' || surname() || ')'
    || given_name()
    || '($|[\s"”,，.。;；、:：!！()（）0-9a-zA-Z]|\[|身份证|证件|电话|手机|联系|男|女|现年|今年|系|是|家住|住)',
    '\1\2**\3', 'g'),
    '((?:姓名|联系人|我叫|名叫)["”]?[是为叫:：、（( ]{0,3}["“]?)(' || surname() || '|[于曾向常时方])' || given_name()
    || '($|[^*村镇乡县市区街路组屯寨社省府])',
    '\1\2**\3', 'g');

-- One character is found fast; the words that introduce a name hold one of these.
create or replace temp macro redact_names(v) as case
    when contains(v, '人') or contains(v, '叫') or contains(v, '姓名') or contains(v, '户主')
        then mask_introduced(v)
    else v
end;

create or replace temp macro half_width(v) as translate(v, '０１２３４５６７８９＠', '0123456789@');

-- Full-width digits are numbers all the same; a telephone has a one or a zero among them.
create or replace temp macro redact_numbers(v) as case
    when regexp_matches(v, '[0-9][0-9 -]{5}') or contains(v, '@') or contains(v, '１') or contains(v, '０')
        then mask_numbers(mask_mail(case
            when regexp_matches(v, '(?:[0-9０-９][ -]?){15}') then mask_cards(half_width(v))
            when contains(v, '１') or contains(v, '０') or contains(v, '＠') then half_width(v)
            else v
        end))
    else v
end;

-- Bare numbers long enough to be masked become strings first, so that the JSON stays JSON.
create or replace temp macro quote_numbers(v) as
    regexp_replace(v, '([:\[,]\s*)(1[3-9][0-9]{9}|[0-9]{15,19})(\s*[,}\]])', '\1"\2"\3', 'g');
