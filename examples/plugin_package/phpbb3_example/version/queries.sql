-- What this version has that phpBB 3.3 has not.

-- name: fetch_birthday_children
-- Members whose birthday is on a day, by name; phpBB stores day and month padded by a blank.
-- day (str): such as ' 5-11-'.
SELECT u.user_id, u.username, u.user_birthday
  FROM {TABLE_PREFIX}users u
 WHERE u.user_type IN (0, 3) AND SUBSTR(u.user_birthday, 1, 6) = %(day)s
 ORDER BY u.username_clean
