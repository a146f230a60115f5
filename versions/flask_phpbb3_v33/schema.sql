-- What phpBB 3.3 has that phpBB 3.2 has not, or has in another form.

-- config:
--   display_unapproved_posts = 1

-- alter: users
DROP user_email_hash
DROP INDEX users_key2
ADD reset_token VARCHAR(64) NOT NULL DEFAULT ''
ADD reset_token_expiration INTEGER NOT NULL DEFAULT 0
CREATE INDEX {TABLE_PREFIX}users_key2 ON {TABLE_PREFIX}users (user_email);

-- alter: forums
ADD display_subforum_limit SMALLINT NOT NULL DEFAULT 0

-- alter: bbcodes
ALTER bbcode_helpline TEXT NOT NULL

-- alter: profile_fields_data
DROP pf_phpbb_googleplus pf_phpbb_aol
