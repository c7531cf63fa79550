-- Macros by which a place given in words is compared with the names of regions.

create or replace temp macro place_key(v) as lower(regexp_replace(v, '[\s/\\,，、>＞·|_-]+', '', 'g'));

-- A key without the words that say what kind of region it is; not every export writes them.
create or replace temp macro bare_key(v) as translate(regexp_replace(
    place_key(v),
    '特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|街道办事处|街道|社区|居委会|村委会|村民委员会|地区',
    '', 'g'
), '省市县区旗盟镇乡村', '');

create or replace temp macro region_depth(code) as case
    when right(code, 10) = '0000000000' then 1
    when right(code, 8) = '00000000' then 2
    when right(code, 6) = '000000' then 3
    when right(code, 3) = '000' then 4
    else 5
end;

create or replace temp macro region_at(code, depth) as rpad(left(code, case depth
    when 1 then 2
    when 2 then 4
    when 3 then 6
    when 4 then 9
    else 12
end), 12, '0');

-- The nearest region that holds both; of the lowest and highest of many codes, the one that holds all.
create or replace temp macro common_region(a, b) as case
    when a = b then a
    when left(a, 9) = left(b, 9) then region_at(a, 4)
    when left(a, 6) = left(b, 6) then region_at(a, 3)
    when left(a, 4) = left(b, 4) then region_at(a, 2)
    when left(a, 2) = left(b, 2) then region_at(a, 1)
end;
