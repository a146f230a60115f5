-- MySQL and MariaDB compare 'name ' as equal to 'name', whatever the character set that the table has; and they
-- have their own words for an upsert.

-- name: has_membership_resolve
-- Whether a user belongs to a group of a name; pending members do not.
-- user_id (int): phpBB user id.
-- group_name (name): the group's name, or phpBB's constant of a special group.
SELECT 1
  FROM {TABLE_PREFIX}user_group m
  JOIN {TABLE_PREFIX}groups g ON g.group_id = m.group_id
 WHERE m.user_id = %(user_id)s AND m.user_pending = 0
   AND CAST(CONVERT(g.group_name USING utf8mb4) AS BINARY) IN %(group_name)s

-- name: _set_profile_field
-- Set one custom profile field of a user; the user's row is made where there is none.
-- user_id (int): phpBB user id.
-- value: what the field's type takes; None clears it.
INSERT INTO {TABLE_PREFIX}profile_fields_data (user_id, {FIELD})
SELECT u.user_id, %(value)s
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s
    ON DUPLICATE KEY UPDATE {FIELD} = %(value)s
