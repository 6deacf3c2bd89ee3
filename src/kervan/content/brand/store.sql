-- name: hold
-- Two that apply a guide wait for each other; readers do not wait.
lock table brand_guide in share row exclusive mode

-- name: every
select distinct on (brand) source from brand_guide order by brand, number desc

-- name: versions
select number, source, at, by from brand_guide where brand = %(brand)s order by number

-- name: last
select number, source from brand_guide where brand = %(brand)s order by number desc limit 1

-- name: add
insert into brand_guide (brand, number, source, at, by)
values (%(brand)s, %(number)s, %(source)s, %(at)s, %(by)s)
