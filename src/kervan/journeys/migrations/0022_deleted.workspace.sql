-- A journey that was put away: nobody is inside, and no list shows it. Its versions stay, because
-- history and the rules of re-entry speak of them; publishing under its key brings it back.
alter table journey add column deleted_at timestamptz;

-- What its author chose for those inside waits with a journey's text (carry.Choice as JSON).
alter table approval_proposal add column choice text not null default '{}';
