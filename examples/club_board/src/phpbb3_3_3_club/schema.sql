-- What our forum's tables have besides phpBB's; boards for tests are built from it.

-- alter: users
ADD user_member_no VARCHAR(12) NOT NULL DEFAULT ''
ADD user_holiday_until INTEGER NOT NULL DEFAULT 0

-- table: club_dues
CREATE TABLE {TABLE_PREFIX}club_dues (
    user_id INTEGER NOT NULL,
    dues_year INTEGER NOT NULL,
    dues_paid SMALLINT NOT NULL DEFAULT 0,
    dues_remark VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (user_id, dues_year)
);
