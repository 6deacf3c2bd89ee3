-- name: text
-- A version of a journey by its number, or with number 0 the one that is live.
select v.text from journey_version v join journey j on j.id = v.journey
where j.key = %(key)s and j.deleted_at is null
    and case when %(number)s = 0 then v.id = j.live_version else v.number = %(number)s end
