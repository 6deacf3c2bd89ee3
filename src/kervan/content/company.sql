-- name: every
select brand, title, mersis, address, email, phone, website from company order by brand

-- name: save
insert into company (brand, title, mersis, address, email, phone, website, changed_at)
values (%(brand)s, %(title)s, %(mersis)s, %(address)s, %(email)s, %(phone)s, %(website)s, %(at)s)
on conflict (brand) do update set title = excluded.title, mersis = excluded.mersis,
    address = excluded.address, email = excluded.email, phone = excluded.phone,
    website = excluded.website, changed_at = excluded.changed_at
