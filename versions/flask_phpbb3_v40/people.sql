-- phpBB 4.0: bans have a table of another form, without exceptions.

-- name: _fetch_birthdays
-- Active members whose birthday begins like one of two patterns, without those whom a ban names.
-- first (str): such as ' 5- 3-%%'.
-- second (str): another one, or the same.
SELECT u.user_birthday,
       u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE (u.user_birthday LIKE %(first)s OR u.user_birthday LIKE %(second)s) AND u.user_type IN (0, 3)
   AND NOT EXISTS (SELECT 1
                     FROM {TABLE_PREFIX}bans b
                    WHERE b.ban_mode = 'user' AND b.ban_item = CAST(u.user_id AS CHAR(10)))
 ORDER BY u.username_clean
