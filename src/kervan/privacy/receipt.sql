-- name: kept
select
    (select count(*) from consent_event where person = any(%(people)s)),
    (select count(*) from contact_suppression s
        where contact in (select contact from consent_event where person = any(%(people)s)))
