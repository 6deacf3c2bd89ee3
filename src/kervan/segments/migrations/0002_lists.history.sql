-- Lists name atoms (the profile that owned an identifier when it came onto the list); `who` is the
-- person whose profile that is today, as in events: a merge takes nobody off a list.
ALTER TABLE {database}.list_members ADD COLUMN IF NOT EXISTS who UInt32 ALIAS toUInt32(
    dictGet('{database}.person_head_young', 'head', person)
    + (dictGet('{database}.person_head_young', 'head', person) = 0)
        * (dictGet('{database}.person_head', 'head', person)
            + (dictGet('{database}.person_head', 'head', person) = 0) * person));
