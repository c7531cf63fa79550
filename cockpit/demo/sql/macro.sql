-- Chance as a pure function of seed, row number and purpose: no order of threads can change a row.
create or replace temp macro draw(n, purpose) as (
    (hash(xor(n::ubigint, hash(getvariable('seed')::bigint, purpose))) >> 11)::double / 9007199254740992.0
);
create or replace temp macro bell(n, purpose) as (
    sqrt(-2 * ln(1 - draw(n, purpose))) * cos(2 * pi() * draw(n, purpose || ' angle'))
);
create or replace temp macro pick(n, purpose, size) as (floor(draw(n, purpose) * size)::integer);
create or replace temp macro digits(n, purpose, width) as (
    lpad(floor(draw(n, purpose) * pow(10, width))::bigint::varchar, width, '0')
);
create or replace temp macro person(n, purpose) as (
    list_extract(getvariable('surnames'), 1 + pick(n, purpose || ' surname', len(getvariable('surnames'))))
    || list_extract(
        getvariable('given_names'), 1 + pick(n, purpose || ' given', len(getvariable('given_names')))
    )
);
create or replace temp macro after(since, days) as (since + to_seconds((days * 86400)::bigint));
create or replace temp macro referred_at(n, since, days) as (
    after(since, days * (0.05 + 0.07 * draw(n, 'referred')))
);
create or replace temp macro handling_at(n, since, days) as (
    after(since, days * (0.15 + 0.15 * draw(n, 'handling')))
);
create or replace temp macro reviewed_at(n, since, days) as (
    after(since, days * (0.8 + 0.12 * draw(n, 'reviewed')))
);
create or replace temp macro credit_code(n, purpose) as ('91990101MA' || digits(n, purpose, 8));
create or replace temp macro id_number(n, purpose) as (
    '990101' || (1960 + pick(n, purpose, 45)) || '0615' || digits(n, purpose || ' tail', 4)
);
