-- name: keep
insert into processor (id, name, role, country, purposes, data, people, transfer_basis, contract,
    contract_signed_on, notified_on, begins_on, ends_on, changed_at, changed_by)
values (%(id)s, %(name)s, %(role)s, %(country)s, %(purposes)s, %(data)s, %(people)s,
    %(transfer_basis)s, %(contract)s, %(contract_signed_on)s, %(notified_on)s, %(begins_on)s,
    %(ends_on)s, %(at)s, %(actor)s)
on conflict (id) do update set name = excluded.name, role = excluded.role,
    country = excluded.country, purposes = excluded.purposes, data = excluded.data,
    people = excluded.people, transfer_basis = excluded.transfer_basis,
    contract = excluded.contract, contract_signed_on = excluded.contract_signed_on,
    notified_on = excluded.notified_on, begins_on = excluded.begins_on,
    ends_on = excluded.ends_on, changed_at = excluded.changed_at, changed_by = excluded.changed_by

-- name: processors
select name, role, country, purposes, data, people, begins_on, transfer_basis, contract,
    contract_signed_on, notified_on, ends_on, id
from processor order by lower(name), id
