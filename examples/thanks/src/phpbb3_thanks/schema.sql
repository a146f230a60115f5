-- What the extension adds to phpBB's tables; boards for tests are built from it.

-- alter: users
ADD user_thanks_given INTEGER NOT NULL DEFAULT 0
ADD user_thanks_received INTEGER NOT NULL DEFAULT 0

-- table: thanks_given
CREATE TABLE {TABLE_PREFIX}thanks_given (
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    thanks_words VARCHAR(60) NOT NULL DEFAULT '',
    thanks_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (post_id, user_id)
);
CREATE INDEX {TABLE_PREFIX}thanks_user ON {TABLE_PREFIX}thanks_given (user_id);
