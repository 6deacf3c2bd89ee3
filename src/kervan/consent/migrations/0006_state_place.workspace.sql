-- Whose law a word is under stands with the state, so that the gate needs no second look-up.
alter table consent_state add column jurisdiction text not null default '';
update consent_state s set jurisdiction = e.jurisdiction
from consent_event e where e.id = s.consent_event and e.jurisdiction <> '';

-- The few addresses that are not simply a person's in the country of the workspace.
create index contact_point_special on contact_point (hash)
    where recipient_type <> 'individual' or country <> '';
