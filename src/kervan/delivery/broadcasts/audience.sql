-- name: keep
copy broadcast_audience (broadcast, block, people, zones) from stdin

-- name: block
select block, people, zones from broadcast_audience
where broadcast = %(broadcast)s and block >= %(from)s
order by block limit 1

-- name: forget
delete from broadcast_audience where broadcast = %(broadcast)s
